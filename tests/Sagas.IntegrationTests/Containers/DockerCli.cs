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
        using var process = Start(arguments);
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

    /// <summary>Runs <c>docker</c> with the given arguments until it has printed a line, and returns that.</summary>
    /// <exception cref="InvalidOperationException">It ended without a line.</exception>
    public static async Task<string> FirstLineAsync(IEnumerable<string> arguments, CancellationToken ct = default)
    {
        string[] all = [.. arguments];
        using var process = Start(all);
        try
        {
            return await process.StandardOutput.ReadLineAsync(ct)
                ?? throw new InvalidOperationException($"'docker {string.Join(' ', all)}' ended without a line.");
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo("docker", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            var process = Process.Start(info)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                "There is no 'docker' command on this machine: run ./test, which gets a Docker engine first.", e);
        }
    }
}
