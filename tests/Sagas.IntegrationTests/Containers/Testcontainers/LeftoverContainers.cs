using System.Diagnostics;
using System.Globalization;
using Sagas.IntegrationTests.Containers;

namespace DotNet.Testcontainers;

/// <summary>Removes the containers and networks of test processes that ended without removing them.</summary>
internal static class LeftoverContainers
{
    /// <summary>
    /// Removes what processes of this machine that have ended left behind. What a living one uses stays.
    /// </summary>
    public static async Task RemoveAsync(CancellationToken ct = default)
    {
        // Networks last: one that still has a container cannot be removed.
        await RemoveAsync(["ps", "--all"], ["rm", "--force", "--volumes"], ct);
        await RemoveAsync(["network", "ls"], ["network", "rm"], ct);
    }

    private static async Task RemoveAsync(string[] list, string[] remove, CancellationToken ct)
    {
        string lines = await DockerCli.RunAsync(
            [
                .. list, "--filter", $"label={Owner.ProjectLabel}", "--filter", $"label={Owner.OwnerLabel}",
                "--format", $"{{{{.ID}}}} {{{{.Label \"{Owner.OwnerLabel}\"}}}}",
            ],
            ct);
        string[] dead =
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ', 2))
                .Where(parts => parts.Length == 2 && HasEnded(parts[1]))
                .Select(parts => parts[0]),
        ];
        if (dead.Length > 0)
        {
            // Another run may be removing the same ones: that is as good.
            await DockerCli.TryAsync([.. remove, .. dead], ct);
        }
    }

    /// <summary>
    /// Whether that owner is a process of this machine that has ended. Process ids come back: starts tell.
    /// </summary>
    private static bool HasEnded(string owner)
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
            return Math.Abs(Owner.StartOf(process) - start) > 2;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return true;
        }
    }
}
