using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sagas.Tests;

/// <summary>The built worker in a process of its own, as a person starts it.</summary>
internal static class WorkerProcess
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Runs the program to its end, with nothing on its standard input. It is told to stop (SIGTERM) where its output
    /// has that text, if there is one.
    /// </summary>
    public static async Task<Result> RunAsync(
        IReadOnlyList<string> arguments,
        string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null,
        string? stopAt = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Sagas.Worker.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (folder is not null)
        {
            start.Environment["Sagas__Health__File"] = Path.Combine(folder, "health");
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        try
        {
            process.StandardInput.Close();
            var output = stopAt is null
                ? process.StandardOutput.ReadToEndAsync(cancellation)
                : ReadAndStopAsync(process, stopAt, cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation).WaitAsync(GiveUpAfter, cancellation);
            return new Result(process.ExitCode, await output, await error, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<string> ReadAndStopAsync(Process process, string stopAt, CancellationToken cancellation)
    {
        var output = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            output.AppendLine(line);
            if (line.Contains(stopAt, StringComparison.Ordinal))
            {
                using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
                await kill.WaitForExitAsync(cancellation);
            }
        }

        return output.ToString();
    }

    /// <summary>How it ended.</summary>
    internal sealed record Result(int ExitCode, string Output, string Error, TimeSpan Elapsed);
}
