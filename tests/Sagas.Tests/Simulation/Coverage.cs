using System.Globalization;
using System.Text;

namespace Sagas.Tests.Simulation;

/// <summary>Counts what was exercised: a simulation that goes nowhere shows nothing.</summary>
internal sealed class Coverage
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly long[] _faults = new long[Enum.GetValues<Fault>().Length];

    public long Sagas { get; set; }

    public long Deliveries { get; set; }

    public void Count(Fault fault) => _faults[(int)fault]++;

    public void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    public long Of(string what) => _counts.GetValueOrDefault(what);

    public long Of(Fault fault) => _faults[(int)fault];

    public void Add(Coverage other)
    {
        Sagas += other.Sagas;
        Deliveries += other.Deliveries;
        for (var index = 0; index < _faults.Length; index++)
        {
            _faults[index] += other._faults[index];
        }

        foreach (var (what, count) in other._counts)
        {
            _counts[what] = _counts.GetValueOrDefault(what) + count;
        }
    }

    /// <summary>What was exercised less often than so.</summary>
    public IReadOnlyList<string> Lacking(long least) =>
    [
        .. Enum.GetValues<Fault>()
            .Where(fault => Of(fault) < least)
            .Select(fault => $"fault {fault}: {Of(fault)}"),
        .. Exercises.All
            .Where(what => Of(what) < least)
            .Select(what => $"{what}: {Of(what)}"),
    ];

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var fault in Enum.GetValues<Fault>())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{Of(fault),12:N0}  fault {fault}");
        }

        foreach (var (what, count) in _counts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{count,12:N0}  {what}");
        }

        return text.ToString();
    }
}
