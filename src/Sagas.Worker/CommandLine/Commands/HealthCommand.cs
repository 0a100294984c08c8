using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Sagas.Dashboard.Health;
using Sagas.Persistence.Configuration;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Asks the worker of this machine or container how it is: the container's health check.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var command = new Command(
            "health", "Says whether the worker on this machine is well: exit code 0 if so, otherwise 1.");
        command.SetAction(parse =>
        {
            var options = new HealthOptions();
            var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
            new SectionOptions<HealthOptions>(environment, HealthOptions.Section).Configure(options);
            var (isHealthy, report) = HealthFile.Read(options.File, TimeProvider.System.GetUtcNow());
            parse.InvocationConfiguration.Output.WriteLine(report);
            return isHealthy ? 0 : 1;
        });
        return command;
    }
}
