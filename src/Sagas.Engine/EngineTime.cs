namespace Sagas.Engine;

/// <summary>Instants as the databases keep them.</summary>
internal static class EngineTime
{
    /// <summary>The instant in UTC, cut to the microsecond that PostgreSQL keeps: it is read back as written.</summary>
    public static DateTimeOffset Precise(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
