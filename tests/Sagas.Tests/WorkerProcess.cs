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
    public static Task<Result> RunAsync(
        IReadOnlyList<string> arguments,
        string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null,
        string? stopAt = null)
    {
        return RunAsync(
            arguments,
            (line, stop) => stopAt is not null && line.Contains(stopAt, StringComparison.Ordinal) ? stop() : Task.CompletedTask,
            folder,
            environment);
    }

    /// <summary>The same, with every line of its output as it comes, and what tells the program to stop.</summary>
    public static async Task<Result> RunAsync(
        IReadOnlyList<string> arguments,
        Func<string, Func<Task>, Task> onLine,
        string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null)
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
            var output = ReadAsync(process, onLine, cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation).WaitAsync(GiveUpAfter, cancellation);
            return new Result(process.ExitCode, await output, await error, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<string> ReadAsync(
        Process process, Func<string, Func<Task>, Task> onLine, CancellationToken cancellation)
    {
        var output = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            output.AppendLine(line);
            await onLine(line, StopAsync);
        }

        return output.ToString();

        async Task StopAsync()
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(cancellation);
        }
    }

    /// <summary>How it ended.</summary>
    internal sealed record Result(int ExitCode, string Output, string Error, TimeSpan Elapsed)
    {
        /// <summary>It was told to stop, and did, and nothing was thrown on the way.</summary>
        public void ShouldHaveEndedInPeace()
        {
            ExitCode.ShouldBe(0, Output + Error);
            Error.ShouldBeEmpty();
            Output.ShouldNotContain("   at ");
        }

        /// <summary>It said in two lines, what is the matter and what to do, why it cannot start.</summary>
        public void ShouldBeUnableToStart()
        {
            ExitCode.ShouldBe(1, Output + Error);
            Error.TrimEnd().Split('\n').Length.ShouldBe(2, Error);
            Error.ShouldStartWith("The worker cannot start: ");
            Output.ShouldNotContain("   at ");
        }
    }
}
