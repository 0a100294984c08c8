using System.Data;
using System.Data.Common;

namespace Sagas.Persistence.Clock;

/// <summary>
/// The clock of PostgreSQL: its instant as it was last measured, carried on by this machine's monotonic clock. Workers
/// that share a database so agree on the time, whatever their own clocks say and however those jump. Until the first
/// measurement it is the system's clock.
/// </summary>
/// <param name="system">The system's clock.</param>
public sealed class DatabaseClock(TimeProvider system) : TimeProvider
{
    internal const string Query = "SELECT clock_timestamp()";

    private Measurement? _last;

    /// <inheritdoc />
    public override long TimestampFrequency => system.TimestampFrequency;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => system.LocalTimeZone;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        return Volatile.Read(ref _last) is { } last
            ? last.Instant + system.GetElapsedTime(last.Timestamp)
            : system.GetUtcNow();
    }

    /// <inheritdoc />
    public override long GetTimestamp()
    {
        return system.GetTimestamp();
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        return system.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>
    /// Takes over an instant that the database has named, unless this clock is right as far as can be told: it does not
    /// jump to and fro by the time that messages take.
    /// </summary>
    /// <param name="instant">What the database said (UTC).</param>
    /// <param name="before">This clock's timestamp when it was asked.</param>
    internal void Set(DateTime instant, long before)
    {
        var roundTrip = system.GetElapsedTime(before);
        var earliest = new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc));
        var now = GetUtcNow();
        if (Volatile.Read(ref _last) is null || now < earliest || now > earliest + roundTrip)
        {
            Volatile.Write(ref _last, new Measurement(earliest + roundTrip / 2, system.GetTimestamp()));
        }
    }

    internal async Task MeasureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var wasClosed = connection.State == ConnectionState.Closed;
        if (wasClosed)
        {
            await connection.OpenAsync(cancellationToken);
        }

        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Query;
            var before = GetTimestamp();
            Set((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, before);
        }
        finally
        {
            if (wasClosed)
            {
                await connection.CloseAsync();
            }
        }
    }

    private sealed record Measurement(DateTimeOffset Instant, long Timestamp);
}
