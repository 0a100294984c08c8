using System.Globalization;
using System.Net.Http.Headers;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>Reads <c>Retry-After</c> (RFC 9110, section 10.2.3), however far off the time is that it names.</summary>
/// <remarks>.NET's own reading takes up to 2,147,483,647 seconds and four digits of a year, and drops what is more.</remarks>
internal static class RetryAfterHeader
{
    private const string Name = "Retry-After";

    // Of C's asctime(), which receivers have to take as well (RFC 9110, section 5.6.7).
    private const string Asctime = "ddd MMM d HH:mm:ss yyyy";
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
    private const DateTimeStyles Lenient = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;

    /// <summary>More than anything that is waited for: who waits has a limit of his own.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(int.MaxValue);

    /// <summary>Reads the header of a response.</summary>
    /// <returns>The time to wait, or <see langword="null"/>; and whether the header is there and says none.</returns>
    public static (TimeSpan? Wait, bool IsUnreadable) Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.NonValidated.TryGetValues(Name, out var values))
        {
            return (null, false);
        }

        var wait = values.Select(x => Read(x, now)).Max();
        return (wait, wait is null);
    }

    /// <summary>Reads a value: seconds, or a date. Of a time that is past, nothing is left to wait.</summary>
    internal static TimeSpan? Read(string value, DateTimeOffset now)
    {
        value = value.Trim();
        if (double.TryParse(value, Number, CultureInfo.InvariantCulture, out var seconds) && !double.IsNaN(seconds))
        {
            return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
        }

        if (DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            || DateTimeOffset.TryParseExact(value, Asctime, CultureInfo.InvariantCulture, Lenient, out date))
        {
            return TimeSpan.FromSeconds(Math.Clamp((date - now).TotalSeconds, 0, Longest.TotalSeconds));
        }

        return IsBeyondCalendar(value) ? Longest : null;
    }

    /// <summary>Whether it is a date with a year of more digits than .NET's calendar has: <c>…, 01 Jan 20260 …</c>.</summary>
    private static bool IsBeyondCalendar(string value) =>
        value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, { Length: > 4 } year, ..] parts
            && year.All(char.IsAsciiDigit)
            && DateTimeOffset.TryParse(
                string.Join(' ', [.. parts[1..3], "9999", .. parts[4..]]),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out _);
}
