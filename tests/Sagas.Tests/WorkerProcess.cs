using System.Diagnostics;

namespace Sagas.Tests;

/// <summary>The built worker in a process of its own, as a person starts it.</summary>
internal static class WorkerProcess
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(2);

    /// <summary>Runs the program to its end, with nothing on its standard input.</summary>
    public static async Task<Result> RunAsync(
        IReadOnlyList<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Sagas.Worker.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation).WaitAsync(GiveUpAfter, cancellation);
            return new Result(process.ExitCode, await output, await error, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>How it ended.</summary>
    internal sealed record Result(int ExitCode, string Output, string Error, TimeSpan Elapsed);
}
