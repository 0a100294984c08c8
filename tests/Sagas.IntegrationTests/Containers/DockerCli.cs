using System.ComponentModel;
using System.Diagnostics;

namespace Sagas.IntegrationTests.Containers;

/// <summary>Runs the <c>docker</c> command line. Every container of the tests is driven through it.</summary>
public static class DockerCli
{
    /// <summary>What a command printed, and how it ended.</summary>
    /// <param name="ExitCode">The exit code, 0 for success.</param>
    /// <param name="Stdout">Everything it wrote to its standard output.</param>
    /// <param name="Stderr">Everything it wrote to its standard error.</param>
    public readonly record struct Output(int ExitCode, string Stdout, string Stderr);

    /// <summary>Runs <c>docker</c> with the given arguments and returns what it printed, whatever its exit code.</summary>
    /// <exception cref="InvalidOperationException">There is no <c>docker</c> command on this machine.</exception>
    public static async Task<Output> TryAsync(IEnumerable<string> arguments, CancellationToken ct = default)
    {
        var info = new ProcessStartInfo("docker", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = info };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                "There is no 'docker' command on this machine: run ./test, which gets a Docker engine first.", e);
        }

        process.StandardInput.Close();
        try
        {
            Task<string> stdout = process.StandardOutput.ReadToEndAsync(ct);
            Task<string> stderr = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return new Output(process.ExitCode, await stdout, await stderr);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Runs <c>docker</c> with the given arguments and returns its standard output, trimmed.</summary>
    /// <exception cref="InvalidOperationException">The command failed; the message has the command and its error.</exception>
    public static async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken ct = default)
    {
        string[] all = [.. arguments];
        Output output = await TryAsync(all, ct);
        return output.ExitCode == 0
            ? output.Stdout.Trim()
            : throw new InvalidOperationException(
                $"'docker {string.Join(' ', all)}' failed with exit code {output.ExitCode}: {output.Stderr.Trim()}");
    }
}
