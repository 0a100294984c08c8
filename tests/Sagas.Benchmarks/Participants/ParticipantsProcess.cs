using System.CommandLine;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Benchmarks.Systems;
using Sagas.Persistence;

namespace Sagas.Benchmarks.Participants;

/// <summary>The process of the three participants, each with a queue of its own.</summary>
internal static class ParticipantsProcess
{
    public const string Name = "participants";

    public static readonly IReadOnlyList<string> Queues = ["bench-1", "bench-2", "bench-3"];

    private static readonly Option<string> Broker = new("--broker") { Required = true };
    private static readonly Option<string?> Database = new("--database");
    private static readonly Option<bool> Plain = new("--plain");
    private static readonly Option<bool> Outbox = new("--outbox");

    public static Command Create()
    {
        var command = new Command(Name) { Broker, Database, Plain, Outbox };
        command.Hidden = true;
        command.SetAction((parse, stop) =>
            RunAsync(
                parse.GetRequiredValue(Broker),
                parse.GetValue(Database),
                parse.GetValue(Plain),
                parse.GetValue(Outbox),
                stop));
        return command;
    }

    private static async Task RunAsync(
        string broker, string? database, bool plain, bool outbox, CancellationToken stop)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            if (database is null)
            {
                bus.AddConsumer<MemoryStepConsumer>();
            }
            else if (outbox)
            {
                bus.AddSingleton(TimeProvider.System);
                bus.AddDbContext<BenchmarkDbContext>(options => options.UseNpgsql(database));
                bus.AddEntityFrameworkOutbox<BenchmarkDbContext>(x => x.UsePostgres());
                bus.AddConsumer<PlainStepConsumer>();
            }
            else if (plain)
            {
                bus.AddSingleton(TimeProvider.System);
                bus.AddDbContextPool<BenchmarkDbContext>(options =>
                    options.UseSagaDatabase(SagaDatabase.Detect(database, "")));
                bus.AddConsumer<PlainStepConsumer>();
            }
            else
            {
                bus.AddBarrierParticipants(database);
            }

            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(broker));
                rabbit.WriteCompactJson();
                foreach (var queue in Queues)
                {
                    rabbit.ReceiveEndpoint(queue, endpoint =>
                    {
                        endpoint.SetQuorumQueue();
                        endpoint.PrefetchCount = 64;
                        if (database is null)
                        {
                            endpoint.ConfigureConsumeTopology = false;
                            endpoint.ConfigureConsumer<MemoryStepConsumer>(context);
                        }
                        else if (plain)
                        {
                            endpoint.ConfigureConsumeTopology = false;
                            if (outbox)
                            {
                                endpoint.UseMessageRetry(retry => retry.Intervals(100, 500, 1000));
                                endpoint.UseEntityFrameworkOutbox<BenchmarkDbContext>(context);
                            }

                            endpoint.ConfigureConsumer<PlainStepConsumer>(context);
                        }
                        else
                        {
                            endpoint.ConfigureStepParticipants<BenchmarkDbContext>(context);
                        }
                    });
                }
            });
        });

        var host = builder.Build();
        if (database is not null)
        {
            await BarrierParticipants.CreateTablesAsync(host.Services, stop);
        }

        await host.RunAsync(stop);
    }
}
