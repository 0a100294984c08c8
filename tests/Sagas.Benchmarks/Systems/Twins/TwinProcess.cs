using System.CommandLine;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.Contracts;
using Sagas.Persistence;

namespace Sagas.Benchmarks.Systems.Twins;

/// <summary>
/// The process of the saga as one writes it with MassTransit alone. Without a database nothing is stored, so that a
/// crash loses every saga; with one, each message is an EF transaction, and a crash loses what was to be sent after it.
/// </summary>
internal static class TwinProcess
{
    public const string Name = "twin";

    private static readonly Option<string> Broker = new("--broker") { Required = true };
    private static readonly Option<string?> Database = new("--database");

    public static Command Create()
    {
        var command = new Command(Name) { Broker, Database };
        command.Hidden = true;
        command.SetAction((parse, stop) => RunAsync(parse.GetRequiredValue(Broker), parse.GetValue(Database), stop));
        return command;
    }

    private static async Task RunAsync(string broker, string? database, CancellationToken stop)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddPooledDbContextFactory<TwinDbContext>(options =>
            options.UseNpgsql(WithIndexes(SagaDatabase.Detect(database).ConnectionString)));
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddSagaStateMachine<TwinStateMachine, TwinState>().InMemoryRepository();
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
                    endpoint.UseInMemoryOutbox(context);
                    if (database is null)
                    {
                        endpoint.ConfigureSaga<TwinState>(context);
                    }
                    else
                    {
                        var sagas = context.GetRequiredService<IDbContextFactory<TwinDbContext>>();
                        endpoint.StateMachineSaga(new TwinStateMachine(), new TwinRepository(sagas));
                    }
                });
            });
        });

        var host = builder.Build();
        if (database is not null)
        {
            var sagas = host.Services.GetRequiredService<IDbContextFactory<TwinDbContext>>();
            await using var context = await sagas.CreateDbContextAsync(stop);
            await context.Database.EnsureCreatedAsync(stop);
        }

        await host.RunAsync(stop);
    }

    /// <remarks>
    /// The table has only the sagas in flight. Once PostgreSQL has counted those, it would read all of it, with the many
    /// dead rows among them.
    /// </remarks>
    public static string WithIndexes(string database) =>
        new NpgsqlConnectionStringBuilder(database) { Options = "-c enable_seqscan=off" }.ConnectionString;
}
