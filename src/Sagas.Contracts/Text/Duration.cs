using System.Globalization;
using System.Text.RegularExpressions;

namespace Sagas.Contracts.Text;

/// <summary>
/// Durations as people write them: a number and a unit, for instance <c>250ms</c>, <c>1.5s</c>, <c>5m</c>, <c>2d</c>.
/// </summary>
internal static partial class Duration
{
    /// <summary>The form, as a regular expression that the JSON schema shares.</summary>
    public const string Pattern = @"^[0-9]{1,10}(\.[0-9]{1,4})?(ms|s|m|h|d)$";

    /// <summary>How to say in an error message what is allowed.</summary>
    public const string Form = "a number and a unit (ms, s, m, h, d), for instance \"30s\"";

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>
    /// Reads a duration. One that is too long for a <see cref="TimeSpan"/> becomes the longest there is.
    /// </summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var match = Grammar().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var unit = match.Groups["unit"].Value;
        var ticks = decimal.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
            * Units.First(candidate => candidate.Unit == unit).Ticks;
        duration = ticks >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>Writes a duration in the largest unit that it is a whole number of.</summary>
    public static string Format(TimeSpan duration)
    {
        var (unit, ticks) = duration == TimeSpan.Zero
            ? Units.First(candidate => candidate.Unit == "s")
            : Units.FirstOrDefault(candidate => duration.Ticks % candidate.Ticks == 0, Units[^1]);
        return ((decimal)duration.Ticks / ticks).ToString("0.####", CultureInfo.InvariantCulture) + unit;
    }

    // \z and not $: the latter would let a trailing line break pass.
    [GeneratedRegex(@"^(?<number>[0-9]{1,10}(\.[0-9]{1,4})?)(?<unit>ms|s|m|h|d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();
}
