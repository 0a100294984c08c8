using System.CommandLine;
using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sagas.Contracts.Text;
using Sagas.Orchestration.Transport;
using Sagas.Persistence;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Migrations;
using Sagas.Worker.CommandLine.Checking;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Runs the worker until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Runs the worker until it is told to stop: the same as without a command.");
        Fill(command);
        return command;
    }

    /// <summary>Has a command run the worker.</summary>
    public static void Fill(Command command)
    {
        var settings = new WorkerSettings();
        settings.AddTo(command);
        command.SetAction((parse, stop) => RunAsync(settings.ToConfiguration(parse), stop));
    }

    private static async Task<int> RunAsync(Dictionary<string, string?> overrides, CancellationToken stop)
    {
        var stopping = stop;
        try
        {
            var host = Create(overrides);
            stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var deadline = new StopDeadline(
                host.Services.GetRequiredService<IOptions<TransportOptions>>().Value.StopTimeout, stopping);
            await using var disposal = (IAsyncDisposable)host;
            await StartAsync(host, stop);
            await host.WaitForShutdownAsync(stop);

            // Whatever had the host stop has said so by this.
            return Environment.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // Told to stop in the middle of its start: a signal reaches the host and this command, in any order.
            return Environment.ExitCode;
        }
        catch (Exception exception) when (ConfigurationMistakes.Describe(exception) is { } message)
        {
            await WriteAsync(message);
            return ExitCodes.Usage;
        }
        catch (CommandException exception)
        {
            await WriteAsync(exception.Message);
            return exception.ExitCode;
        }
    }

    // Settings, file names and definitions are somebody else's text.
    private static Task WriteAsync(string message) => Console.Error.WriteLineAsync(Printable.Of(message, keepLines: true));

    /// <summary>Puts the worker together. Nothing but its configuration decides whether that works.</summary>
    private static IHost Create(Dictionary<string, string?> overrides)
    {
        try
        {
            return SagasHost.Create(overrides);
        }
        catch (Exception exception) when (ConfigurationMistakes.Describe(exception) is null)
        {
            throw new CommandException(
                ExitCodes.Usage, $"The worker cannot start: {string.Join(": ", exception.Causes().Select(x => x.Message))}");
        }
    }

    private static async Task StartAsync(IHost host, CancellationToken stop)
    {
        try
        {
            await host.StartAsync(stop);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException || ConfigurationMistakes.Describe(exception) is not null)
        {
            // What was started before is at work.
            await host.StopAsync(CancellationToken.None);
            throw;
        }
        catch (SchemaTooNewException exception)
        {
            await host.StopAsync(CancellationToken.None);
            throw new CommandException(
                ExitCodes.NotWell, $"The worker cannot start: {exception.Message}\n{DatabaseCheck.AdviceIfTooNew}");
        }
        catch (DbException exception)
        {
            await host.StopAsync(CancellationToken.None);
            var (finding, advice) = DatabaseFinding.Of(exception, host.Services.GetRequiredService<SagaDatabase>());
            throw new CommandException(
                DatabaseFinding.ExitCodeOf(exception), $"The worker cannot start: {finding}\n{advice}");
        }
    }
}
