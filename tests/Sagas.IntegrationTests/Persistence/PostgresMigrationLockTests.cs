using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.IntegrationTests.Containers;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Migrations;
using Sagas.Tests;

namespace Sagas.IntegrationTests.Persistence;

public sealed class PostgresMigrationLockTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-migration-lock-held")]
    [Fact]
    public async Task Migrate_AnotherSessionHoldsTheLock_NamesItOnceAndGoesOnWhenItEnds()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var holder = await HoldAsync(database.ConnectionString);
        var log = new ConcurrentQueue<string>();
        await using var services = Services(database.ConnectionString, log);

        var migration = services.GetRequiredService<SagaSchema>().MigrateAsync(Ct);
        await Poll.UntilAsync("a line about the lock", _ => Task.FromResult(Lines(log).Count > 0), ct: Ct);
        await holder.DisposeAsync();
        (await migration).ShouldNotBeEmpty();

        var line = Lines(log).ShouldHaveSingleItem();
        line.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"session {holder.ProcessIdAtOpen} "));
        line.ShouldContain("'frozen worker'");
        line.ShouldNotContain("Password");
    }

    [Proves("database-migration-lock-held")]
    [Fact]
    public async Task Migrate_StoppedWhileItWaitsForTheLock_Ends()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var holder = await HoldAsync(database.ConnectionString);
        var log = new ConcurrentQueue<string>();
        await using var services = Services(database.ConnectionString, log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var migration = services.GetRequiredService<SagaSchema>().MigrateAsync(stop.Token);
        await Poll.UntilAsync("a line about the lock", _ => Task.FromResult(Lines(log).Count > 0), ct: Ct);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => migration.WaitAsync(TimeSpan.FromSeconds(10), Ct));
    }

    [Fact]
    public async Task Migrate_SeveralAtOnce_OneMigratesAndTheOthersFindItDone()
    {
        await using var database = await server.CreateDatabaseAsync();

        var applied = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            await using var services = Services(database.ConnectionString, new ConcurrentQueue<string>());
            return (await services.GetRequiredService<SagaSchema>().MigrateAsync(Ct)).Count;
        }));

        applied.Count(x => x > 0).ShouldBe(1);
    }

    private static List<string> Lines(ConcurrentQueue<string> log) =>
        [.. log.Where(x => x.Contains("migration lock", StringComparison.Ordinal))];

    private static async Task<Holder> HoldAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "frozen worker",
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = PostgresMigrationLock.Key });
        await command.ExecuteNonQueryAsync(Ct);
        return new Holder(connection, connection.ProcessID);
    }

    private static ServiceProvider Services(string connectionString, ConcurrentQueue<string> log)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new LogListener(line => log.Enqueue(line.Message))));
        services.AddSagaPersistence(connectionString);
        return services.BuildServiceProvider();
    }

    private sealed record Holder(NpgsqlConnection Connection, int ProcessIdAtOpen) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Connection.DisposeAsync();
    }
}
