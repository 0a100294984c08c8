using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Outbox;

namespace Sagas.Tests.Persistence.Configuration;

public sealed class DatabaseWatchTests
{
    private static readonly Exception Full = new InvalidOperationException(
        "likely due to a transient failure",
        new PostgresException("could not extend file: No space left on device", "ERROR", "ERROR", "53100"));

    private readonly Clock _clock = new();
    private readonly List<string> _log = [];
    private readonly List<LogLine> _debug = [];
    private readonly DatabaseWatch<DbContext> _watch;
    private bool _hasException;

    public DatabaseWatchTests() => _watch = new DatabaseWatch<DbContext>(
        _clock, new LogListener(Note).CreateLogger<DatabaseWatch<DbContext>>());

    [Fact]
    public void Failed_ManyTimes_SaysSoOnceAndWhy()
    {
        for (var failure = 0; failure < 100; failure++)
        {
            _watch.Failed(Full).ShouldBeTrue();
            _clock.Now += TimeSpan.FromSeconds(1);
        }

        _log.ShouldHaveSingleItem().ShouldBe(
            "Error: The database of DbContext fails: 53100: could not extend file: No space left on device. "
            + "What needs it waits, and goes on by itself.");
    }

    [Fact]
    public void Failed_ManyTimes_HasEachWithItsStackTraceAtDebugOnly()
    {
        _watch.Failed(Full);
        _watch.Failed(Full);

        _debug.Count.ShouldBe(2);
        _debug.ShouldAllBe(x => x.Exception == Full);
        _hasException.ShouldBeFalse();
    }

    [Fact]
    public async Task Failed_SessionsAreStaleAndThereAreSeveralDatabases_ClearsThePoolOfEach()
    {
        const int Cleared = 1016;
        var log = new List<int>();
        var used = new List<string>();
        await using var provider = new ServiceCollection()
            .AddDbContext<PooledDbContext>(options => options.UseNpgsql($"Host=127.0.0.1;Port=1;Database={used[^1]}"))
            .AddSingleton(new NamedDatabases<PooledDbContext>(
                (_, _) => Task.FromResult<IReadOnlyCollection<string>>(["a", "b"]), (_, name) => used.Add(name)))
            .BuildServiceProvider();
        var watch = new DatabaseWatch<PooledDbContext>(
            _clock,
            new LogListener(line => log.Add(line.EventId)).CreateLogger<DatabaseWatch<PooledDbContext>>(),
            provider.GetRequiredService<IServiceScopeFactory>());

        watch.Failed(new PostgresException("terminating connection", "FATAL", "FATAL", "57P01"));

        used.ShouldBe(["a", "b"]);
        log.ShouldContain(Cleared);
    }

    [Fact]
    public void Failed_ForAnotherReason_SaysSoOnceForEach()
    {
        var password = new PostgresException("password authentication failed", "FATAL", "FATAL", "28P01");
        for (var failure = 0; failure < 10; failure++)
        {
            _watch.Failed(Full);
            _watch.Failed(new NpgsqlException($"Failed to connect to 127.0.0.1:{failure}"));
            _watch.Failed(password);
        }

        _log.Skip(1).ShouldBe([
            "Error: The database of DbContext fails for another reason now: Failed to connect to 127.0.0.1:0.",
            "Error: The database of DbContext fails for another reason now: 28P01: password authentication failed.",
        ]);
    }

    [Fact]
    public void Refusal_OnceOrForMoments_IsNone()
    {
        _watch.Refusal.ShouldBeNull();
        _watch.Failed(Full);
        _clock.Now += TimeSpan.FromSeconds(4);
        _watch.Failed(Full);

        _watch.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Refusal_ToOneDeliveryThatWaitsForEver_IsNone()
    {
        for (var failure = 0; failure < 20; failure++)
        {
            _watch.Failed(Full);
            _clock.Now += TimeSpan.FromSeconds(5);
        }

        _watch.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Refusal_ForLonger_SaysWhyUntilNothingHasFailedForAWhile()
    {
        for (var failure = 0; failure < 7; failure++)
        {
            _watch.Failed(Full);
            _clock.Now += TimeSpan.FromSeconds(1);
        }

        _watch.Succeeded();

        _watch.Refusal.ShouldBe("53100: could not extend file: No space left on device");
        _clock.Now += DatabaseWatch<DbContext>.Calm;
        _watch.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Succeeded_OthersStillFail_KeepsSilent()
    {
        _watch.Failed(Full);
        _watch.Succeeded();
        _clock.Now += DatabaseWatch<DbContext>.Calm - TimeSpan.FromMilliseconds(1);
        _watch.Succeeded();

        _log.Count.ShouldBe(1);
    }

    [Fact]
    public void Succeeded_NothingFailedForAWhile_SaysSoOnce()
    {
        _watch.Failed(Full);
        _clock.Now += TimeSpan.FromSeconds(7);
        _watch.Failed(Full);
        _clock.Now += DatabaseWatch<DbContext>.Calm;
        _watch.Succeeded();
        _watch.Succeeded();

        _log.Skip(1).ShouldHaveSingleItem().ShouldBe(
            "Information: The database of DbContext works again; 2 attempts had failed over 00:00:07.");
    }

    [Fact]
    public void Failed_AfterItWorkedAgain_SaysSoAgain()
    {
        _watch.Failed(Full);
        _clock.Now += DatabaseWatch<DbContext>.Calm;
        _watch.Succeeded();
        _watch.Failed(Full);

        _log.Count.ShouldBe(3);
    }

    [Fact]
    public void Failed_SqliteFileThatSomebodyLocked_IsSpokenOf()
    {
        _watch.Failed(new SqliteException("the row has changed", 5, 517)).ShouldBeFalse();
        _watch.Failed(new SqliteException("SQLite Error 5: 'database is locked'.", 5)).ShouldBeTrue();

        _log.ShouldHaveSingleItem().ShouldContain("database is locked");
    }

    [Fact]
    public void Failed_NotTheDatabasesFault_IsNotSpokenOf()
    {
        _watch.Failed(new InvalidOperationException("a mistake")).ShouldBeFalse();
        _watch.Failed(new PostgresException("deadlock detected", "ERROR", "ERROR", "40P01")).ShouldBeFalse();
        _watch.Succeeded();

        _log.ShouldBeEmpty();
    }

    private void Note(LogLine line)
    {
        if (line.Level == LogLevel.Debug)
        {
            _debug.Add(line);
            return;
        }

        _hasException |= line.Exception is not null;
        _log.Add($"{line.Level}: {line.Message}");
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private sealed class PooledDbContext(DbContextOptions<PooledDbContext> options) : DbContext(options);
}
