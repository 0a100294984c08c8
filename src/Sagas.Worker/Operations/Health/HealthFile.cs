namespace Sagas.Worker.Operations.Health;

/// <summary>The file through which a running worker tells another process of the same container how it is.</summary>
internal static class HealthFile
{
    private const string Healthy = "Healthy";

    /// <summary>Replaces the file in one step, so that no reader finds half of it.</summary>
    public static async Task WriteAsync(string path, string report, CancellationToken stop)
    {
        var draft = $"{path}.{Environment.ProcessId}";
        await File.WriteAllTextAsync(draft, report, stop);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Says whether the worker is well, and what it or its absence reports.</summary>
    public static (bool IsHealthy, string Report) Read(string path, TimeSpan expiry, DateTimeOffset now)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return (false, $"No worker reports to {path}.");
        }

        var age = now - file.LastWriteTimeUtc;
        return age > expiry
            ? (false, $"The worker has not reported for {age.TotalSeconds:F0} s.")
            : File.ReadAllText(path) is var report && report.StartsWith(Healthy, StringComparison.Ordinal)
                ? (true, report)
                : (false, report);
    }
}
