using System.Globalization;

namespace Sagas.Benchmarks.Measuring;

/// <summary>A process with all that it has started, read from <c>/proc</c>.</summary>
internal sealed class ProcessTree(int root)
{
    /// <summary>What Linux counts in: 100 a second on every common build.</summary>
    private const int TicksASecond = 100;

    /// <summary>The CPU time that it has taken, that of processes which have ended included.</summary>
    public TimeSpan Cpu() => TimeSpan.FromSeconds(Processes().Sum(x => x.Ticks) / (double)TicksASecond);

    /// <summary>The memory that is resident, in MiB; what processes share is counted for each.</summary>
    public double MemoryMiB() => Processes().Sum(x => x.Pages) * (Environment.SystemPageSize / 1024d / 1024d);

    private IEnumerable<(long Ticks, long Pages)> Processes()
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Select(x => int.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<Stat>()
            .ToLookup(x => x.Parent);
        var waiting = new Stack<Stat>(Read(root) is { } stat ? [stat] : []);
        while (waiting.TryPop(out var process))
        {
            yield return (process.Ticks, process.Pages);
            foreach (var child in all[process.Id])
            {
                waiting.Push(child);
            }
        }
    }

    private static Stat? Read(int id)
    {
        try
        {
            // The name stands in brackets and may have anything in it.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Stat(id, (int)Number(fields[1]), fields[11..15].Sum(Number), Number(fields[21]));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Stat(int Id, int Parent, long Ticks, long Pages);
}
