using System.Diagnostics;
using System.Globalization;
using Sagas.IntegrationTests.Containers;

namespace DotNet.Testcontainers;

/// <summary>
/// Whose a container is: its labels name the test process that started it, so that what a dead one left behind can be
/// told from what a living one uses.
/// </summary>
internal static class Owner
{
    private const string ProjectLabel = "org.sagas.project=sagas";
    private const string OwnerLabel = "org.sagas.owner";
    private static readonly Lazy<Task> Prepared = new(PrepareOnceAsync);

    /// <summary>The options that label a container or a network as this process's own.</summary>
    public static string[] Labels { get; } = ["--label", ProjectLabel, "--label", $"{OwnerLabel}={Self()}"];

    /// <summary>Before anything is started: makes sure of the engine, and removes what dead runs left behind. Once.</summary>
    /// <exception cref="InvalidOperationException">No engine answers.</exception>
    public static Task PrepareAsync(CancellationToken ct) => Prepared.Value.WaitAsync(ct);

    private static async Task PrepareOnceAsync()
    {
        DockerCli.Output engine = await DockerCli.TryAsync(["version", "--format", "{{.Server.Version}}"]);
        if (engine.ExitCode != 0)
        {
            throw new InvalidOperationException(
                "No Docker engine answers, and these tests run on real containers: run ./test, which gets one first. "
                + $"(docker: {engine.Stderr.Trim()})");
        }

        // Networks last: one that still has a container cannot be removed.
        await RemoveLeftoversAsync(["ps", "--all"], ["rm", "--force", "--volumes"]);
        await RemoveLeftoversAsync(["network", "ls"], ["network", "rm"]);
    }

    private static async Task RemoveLeftoversAsync(string[] list, string[] remove)
    {
        string lines = await DockerCli.RunAsync(
            [.. list, "--filter", $"label={ProjectLabel}", "--filter", $"label={OwnerLabel}",
                "--format", $"{{{{.ID}}}} {{{{.Label \"{OwnerLabel}\"}}}}"]);
        string[] dead =
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ', 2))
                .Where(parts => parts.Length == 2 && IsDead(parts[1]))
                .Select(parts => parts[0]),
        ];
        if (dead.Length > 0)
        {
            // Another run may be removing the same ones: that is as good.
            await DockerCli.TryAsync([.. remove, .. dead]);
        }
    }

    private static string Self()
    {
        using var self = Process.GetCurrentProcess();
        return $"{Environment.MachineName}/{self.Id}/{StartOf(self)}";
    }

    /// <summary>Whether that owner is a process of this machine that has ended. Process ids come back: starts tell.</summary>
    private static bool IsDead(string owner)
    {
        string[] parts = owner.Split('/');
        if (parts.Length != 3
            || parts[0] != Environment.MachineName
            || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out int id)
            || !long.TryParse(parts[2], CultureInfo.InvariantCulture, out long start))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return Math.Abs(StartOf(process) - start) > 2;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return true;
        }
    }

    private static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
}
