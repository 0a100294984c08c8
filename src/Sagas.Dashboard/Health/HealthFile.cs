using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sagas.Dashboard.Health;

/// <summary>
/// The file through which a running worker tells another process of the same container how it is. Its first line is the
/// state and until when that counts, in seconds since 1970: a shell can read it, which is cheaper than a process of
/// .NET.
/// </summary>
internal static class HealthFile
{
    /// <summary>Replaces the file in one step, so that no reader finds half of it.</summary>
    public static async Task WriteAsync(
        string path, HealthStatus status, DateTimeOffset until, IEnumerable<string> checks, CancellationToken stop)
    {
        var draft = $"{path}.{Environment.ProcessId}";
        var first = string.Create(CultureInfo.InvariantCulture, $"{status} {until.ToUnixTimeSeconds()}");
        await File.WriteAllTextAsync(draft, string.Join('\n', checks.Prepend(first).Append("")), stop);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Says whether the worker is well, and what it or its absence reports.</summary>
    public static (bool IsHealthy, string Report) Read(string path, DateTimeOffset now)
    {
        if (!File.Exists(path))
        {
            return (false, $"No worker reports to {path}.");
        }

        var lines = File.ReadAllLines(path);
        if (lines is not [var first, .. var checks]
            || first.Split(' ') is not [var status, var number]
            || !long.TryParse(number, CultureInfo.InvariantCulture, out var until))
        {
            return (false, $"{path} is not the report of a worker.");
        }

        var late = now.ToUnixTimeSeconds() - until;
        return late >= 0
            ? (false, $"The worker should have reported again {late} s ago.")
            : (status == nameof(HealthStatus.Healthy), string.Join('\n', checks.Prepend(status)));
    }
}
