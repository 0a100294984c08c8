using System.Globalization;
using System.Text.RegularExpressions;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>The refusals that a worker's log tells of, one by one or of many together.</summary>
/// <param name="All">How many there are, by code.</param>
/// <param name="Lines">In how many lines.</param>
internal sealed partial record RefusalCount(IReadOnlyDictionary<string, long> All, int Lines)
{
    public const string UnrecordedReply = "UNRECORDED_REPLY";

    public long Unrecorded => All.GetValueOrDefault(UnrecordedReply);

    public long Refused => All.Values.Sum() - Unrecorded;

    public static RefusalCount Of(string log)
    {
        var counts = new Dictionary<string, long>();
        var lines = 0;
        foreach (Match one in One().Matches(log))
        {
            Add(one.Groups["code"].Value, 1);
            lines++;
        }

        foreach (Match many in Many().Matches(log))
        {
            lines++;
            foreach (var count in many.Groups["counts"].Value.Split(", "))
            {
                var (number, code) = (count.Split(' ')[0], count.Split(' ')[1].Trim());
                Add(code, long.Parse(number, CultureInfo.InvariantCulture));
            }
        }

        return new RefusalCount(counts, lines);

        void Add(string code, long count) => counts[code] = counts.GetValueOrDefault(code) + count;
    }

    [GeneratedRegex(@"Refusals\[110\] Refused an? \w+ message: (?<code>[A-Z_]+):")]
    private static partial Regex One();

    [GeneratedRegex(@"Refusals\[112\] Refused \d+ more messages within [\d:]+: (?<counts>[^\n]+)")]
    private static partial Regex Many();
}
