using System.Globalization;

namespace Sagas.Dashboard.Viewing;

/// <summary>Times for people.</summary>
internal static class TimeText
{
    private const string Full = "yyyy-MM-dd HH:mm:ss'Z'";

    /// <summary>An instant, to the second.</summary>
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString(Full, CultureInfo.InvariantCulture);

    /// <summary>An instant, to the millisecond.</summary>
    public static string Exactly(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The time of day.</summary>
    public static string OfDay(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long, in its two largest units.</summary>
    public static string Of(TimeSpan duration) => duration switch
    {
        { Ticks: < 0 } => Of(TimeSpan.Zero),
        { TotalMilliseconds: < 1_000 } => Invariant($"{(int)duration.TotalMilliseconds}ms"),
        { TotalSeconds: < 10 } => Invariant($"{duration.TotalSeconds:0.0}s"),
        { TotalMinutes: < 1 } => Invariant($"{(int)duration.TotalSeconds}s"),
        { TotalHours: < 1 } => Invariant($"{duration.Minutes}m {duration.Seconds}s"),
        { TotalDays: < 1 } => Invariant($"{duration.Hours}h {duration.Minutes}m"),
        _ => Invariant($"{duration.Days}d {duration.Hours}h"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
