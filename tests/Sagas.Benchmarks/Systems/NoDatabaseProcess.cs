using System.CommandLine;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems;

/// <summary>
/// The process of the twin without a database: what MassTransit on RabbitMQ reaches when nothing is stored, so that a crash
/// loses every saga.
/// </summary>
internal static class NoDatabaseProcess
{
    public const string Name = "no-database";

    private static readonly Option<string> Broker = new("--broker") { Required = true };

    public static Command Create()
    {
        var command = new Command(Name) { Broker };
        command.Hidden = true;
        command.SetAction((parse, stop) => RunAsync(parse.GetRequiredValue(Broker), stop));
        return command;
    }

    private static Task RunAsync(string broker, CancellationToken stop)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddSagaStateMachine<TwinStateMachine, TwinState>().InMemoryRepository();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(broker));
                rabbit.DeployPublishTopology = true;
                rabbit.Publish<SagaCompleted>();
                rabbit.Publish<SagaCompensated>();
                rabbit.ReceiveEndpoint("sagas", endpoint =>
                {
                    endpoint.SetQuorumQueue();
                    endpoint.PrefetchCount = 128;
                    endpoint.UseInMemoryOutbox(context);
                    endpoint.ConfigureSaga<TwinState>(context);
                });
            });
        });
        return builder.Build().RunAsync(stop);
    }
}
