using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.IntegrationTests.Containers;
using Sagas.Persistence;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Migrations;
using Sagas.Tests.Persistence.Contract;
using LogListener = Sagas.Tests.LogListener;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>What happens while the database is not there.</summary>
public sealed class PostgresAbsenceTests(PostgresServer shared)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-not-up-yet")]
    [Fact]
    public async Task Migrate_ServerIsNotUpYet_WaitsWithOneLineAndGoesOn()
    {
        await using var server = Servers.PostgreSql().Build();
        await server.StartAsync(Ct);
        await server.KillAsync(Ct);
        var log = new ConcurrentQueue<string>();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new LogListener(line =>
        {
            if (line.Category == typeof(SagaSchema).FullName && line.Level >= LogLevel.Information)
            {
                log.Enqueue(line.Message);
            }
        })));
        services.AddSagaPersistence(server.GetConnectionString());
        await using var provider = services.BuildServiceProvider();

        var migrating = provider.GetRequiredService<SagaSchema>().MigrateAsync(Ct);
        await Eventually.HoldsAsync(() => !log.IsEmpty, "the line that says so");
        await server.StartAgainAsync(Ct);
        await migrating.WaitAsync(TimeSpan.FromSeconds(60), Ct);

        log.Select(line => line.Split([" at ", " ("], StringSplitOptions.None)[0]).ShouldBe(
            ["Waiting for the database", "The tables of " + provider.GetRequiredService<SagaDatabase>().DisplayName
                + " are up to date", "The database"]);
    }

    [Proves("database-dies")]
    [Fact]
    public async Task Consume_ServerKilledAndStartedAgain_LosesNothing()
    {
        await using var server = Servers.PostgreSql().Build();
        await server.StartAsync(Ct);
        await using var host = await CounterHost.StartAsync(
            new Killable(server.GetConnectionString()), new CounterHostSettings { IsPatient = true });
        var ids = Enumerable.Range(0, 50).Select(_ => Guid.NewGuid()).ToArray();
        await Task.WhenAll(ids.Select(id => host.SendAsync(new CountUp(id))));
        await Eventually.HoldsAsync(() => host.Received.Counted.Count >= 50, "the first messages to come out", 60);

        var sending = Task.WhenAll(ids.Select(id => host.SendAsync(new CountUp(id))));
        await server.KillAsync(Ct);
        await sending;
        await server.StartAgainAsync(Ct);

        await Eventually.HoldsAsync(
            () => host.Received.Counted.Distinct().Count() == 100, "every message to come out at least once", 60);
        foreach (var id in ids)
        {
            (await host.FindAsync(id))!.Count.ShouldBe(2);
        }

        await host.UntilOutboxIsEmptyAsync();
        host.Received.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Lock_ItsHolderFallsSilentInTheTransaction_IsFreeAfterAWhile()
    {
        await using var database = await shared.CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        await host.ReadAsync(
            "insert into sagas.saga_definition (name, version, hash, content, created_at) values ('a', 1, '', '{}', now())");
        const string Lock = "select name from sagas.saga_definition for update";

        await host.QueryAsync(async silent =>
        {
            await using var transaction = await silent.Database.BeginTransactionAsync(Ct);
            await silent.Database.ExecuteSqlRawAsync(Lock, Ct);
            await Poll.UntilAsync(
                "the row to be free", async _ => await host.ReadAsync(Lock) is ["a"], TimeSpan.FromSeconds(40), ct: Ct);

            var awake = await Should.ThrowAsync<Exception>(() => transaction.CommitAsync(Ct));
            DatabaseFailures.IsTransient(awake).ShouldBeTrue();
            return true;
        });
    }

    private sealed record Killable(string ConnectionString) : ITestDatabase
    {
        public ValueTask DisposeAsync()
        {
            return ValueTask.CompletedTask;
        }
    }
}
