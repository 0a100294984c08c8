using System.CommandLine;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Benchmarks.Systems.Twins;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems.DropIn;

/// <summary>
/// The process of the saga as an application on MassTransit has it with EntityFrameworkRepository and
/// UseEntityFrameworkOutbox, which are this project's.
/// </summary>
internal static class DropInProcess
{
    public const string Name = "drop-in";

    private static readonly Option<string> Broker = new("--broker") { Required = true };
    private static readonly Option<string> Database = new("--database") { Required = true };

    public static Command Create()
    {
        var command = new Command(Name) { Broker, Database };
        command.Hidden = true;
        command.SetAction((parse, stop) => RunAsync(
            parse.GetRequiredValue(Broker), parse.GetRequiredValue(Database), stop));
        return command;
    }

    private static async Task RunAsync(string broker, string database, CancellationToken stop)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddDbContext<TwinDbContext>(options => options.UseNpgsql(TwinProcess.WithIndexes(database)));
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddSagaStateMachine<DropInStateMachine, TwinState>().EntityFrameworkRepository(repository =>
            {
                repository.ConcurrencyMode = ConcurrencyMode.Pessimistic;
                repository.ExistingDbContext<TwinDbContext>();
                repository.UsePostgres();
            });
            bus.AddEntityFrameworkOutbox<TwinDbContext>(outbox => outbox.UsePostgres());
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(broker));
                rabbit.WriteCompactJson();
                rabbit.DeployPublishTopology = true;
                rabbit.Publish<SagaCompleted>();
                rabbit.Publish<SagaCompensated>();
                rabbit.ReceiveEndpoint("sagas", endpoint =>
                {
                    endpoint.SetQuorumQueue();
                    endpoint.PrefetchCount = 128;
                    endpoint.UseMessageRetry(retry => retry.Intervals(100, 500, 1000));
                    endpoint.UseEntityFrameworkOutbox<TwinDbContext>(context);
                    endpoint.ConfigureSaga<TwinState>(context);
                });
            });
        });

        var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<TwinDbContext>().Database.EnsureCreatedAsync(stop);
        }

        await host.RunAsync(stop);
    }
}
