using System.Diagnostics;
using Sagas.IntegrationTests.Containers;

namespace DotNet.Testcontainers;

/// <summary>
/// Whose a container is: its labels name the test process that started it, so that what a dead one left behind can be
/// told from what a living one uses.
/// </summary>
internal static class Owner
{
    public const string ProjectLabel = "org.sagas.project=sagas";
    public const string OwnerLabel = "org.sagas.owner";
    private static readonly Lazy<Task> Prepared = new(PrepareOnceAsync);

    /// <summary>The options that label a container or a network as this process's own.</summary>
    public static string[] Labels { get; } = ["--label", ProjectLabel, "--label", $"{OwnerLabel}={Self()}"];

    /// <summary>
    /// Before anything is started: makes sure of the engine, and removes what dead runs left behind. Once.
    /// </summary>
    /// <exception cref="InvalidOperationException">No engine answers.</exception>
    public static Task PrepareAsync(CancellationToken ct) => Prepared.Value.WaitAsync(ct);

    /// <summary>When a process started, in seconds since 1970. With its id, it names a process for good.</summary>
    public static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();

    private static async Task PrepareOnceAsync()
    {
        DockerCli.Output engine = await DockerCli.TryAsync(["version", "--format", "{{.Server.Version}}"]);
        if (engine.ExitCode != 0)
        {
            throw new InvalidOperationException(
                "No Docker engine answers, and these tests run on real containers: run ./test, which gets one first. "
                + $"(docker: {engine.Stderr.Trim()})");
        }

        await LeftoverContainers.RemoveAsync();
    }

    private static string Self()
    {
        using var self = Process.GetCurrentProcess();
        return $"{Environment.MachineName}/{self.Id}/{StartOf(self)}";
    }
}
