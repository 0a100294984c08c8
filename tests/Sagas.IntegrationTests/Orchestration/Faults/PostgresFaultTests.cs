using Npgsql;
using Sagas.IntegrationTests.Persistence;
using Sagas.Tests.Orchestration.Faults.Contract;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Orchestration.Faults;

/// <summary>What a saga goes through when PostgreSQL, or the way to it, fails.</summary>
public sealed class PostgresFaultTests(PostgresServer server, StageSet stages)
    : StoreFaultContract(stages), IClassFixture<StageSet>
{
    protected override IReadOnlyList<StoreFault> Kinds => PostgresFault.Quick;

    /// <summary>No answer at all, until the command timeout.</summary>
    [Proves("database-statement-fails")]
    [Fact]
    public async Task Tell_NoAnswerToStatement_EndsTheSame()
    {
        await TellWithEveryFaultAsync("a step fails and succeeds the next time", PostgresFault.Slow, StartStageAsync);
    }

    /// <summary>A new connection for every delivery: its opening fails, too.</summary>
    [Proves("database-statement-fails")]
    [Fact]
    public async Task Tell_ConnectionFails_EndsTheSame()
    {
        await TellWithEveryFaultAsync(
            "a step fails and succeeds the next time",
            [
                new PostgresFault("connection refused", PostgresEffect.CutBefore),
                new PostgresFault("connection lost", PostgresEffect.CutAfter),
                new PostgresFault("too many connections", PostgresEffect.Fatal, "53300"),
                new PostgresFault("starting up", PostgresEffect.Fatal, "57P03"),
            ],
            () => StartStageAsync(settings => settings.Pooling = false),
            seam => seam == "open");
    }

    /// <summary>A server that takes the connection and says nothing, until the connect timeout.</summary>
    [Proves("database-silent-on-connect")]
    [Fact]
    public async Task Tell_NoAnswerToConnection_EndsTheSame()
    {
        await TellWithEveryFaultAsync(
            "a step fails and succeeds the next time",
            [new PostgresFault("connect timeout", PostgresEffect.SilentBefore)],
            () => StartStageAsync(settings => (settings.Pooling, settings.Timeout) = (false, 2)),
            seam => seam == "open");
    }

    /// <summary>On a slow machine a statement may last longer than the command timeout without any fault.</summary>
    [Fact]
    public async Task Meet_ClientGivesUpWithoutAFault_IsKnownToHaveLostAnAnswer()
    {
        await using var database = await server.CreateDatabaseAsync();
        var faults = new StoreFaults();
        await using var proxy = new FaultyPostgres(database.ConnectionString, faults);
        faults.Arm((_, _) => null);
        await using var connection = new NpgsqlConnection($"{proxy.ConnectionString};Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        faults.HasLostAnswer.ShouldBeFalse();

        await using var command = new NpgsqlCommand("SELECT pg_sleep(30)", connection);
        await Should.ThrowAsync<NpgsqlException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        faults.HasLostAnswer.ShouldBeTrue();
    }

    protected override Task<Stage> StartStageAsync()
    {
        return StartStageAsync(_ => { });
    }

    private async Task<Stage> StartStageAsync(Action<NpgsqlConnectionStringBuilder> configure)
    {
        var (database, faults) = (await server.CreateDatabaseAsync(), new StoreFaults());
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        configure(settings);
        var proxy = new FaultyPostgres(settings.ConnectionString, faults);
        return await Stage.StartAsync(new Proxied(database, proxy), faults, proxy.ConnectionString);
    }

    private sealed record Proxied(ITestDatabase Database, FaultyPostgres Proxy) : ITestDatabase
    {
        public string ConnectionString => Database.ConnectionString;

        public async ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearPool(new NpgsqlConnection(Proxy.ConnectionString));
            await Proxy.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
