using System.CommandLine;
using Microsoft.Data.Sqlite;
using Spectre.Console;

namespace Sagas.Worker.Demo;

/// <summary>The command <c>demo</c>: sagas that succeed, fail, hang and outlive their process, to be watched.</summary>
internal static class DemoCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "demo";

    /// <summary>The name of the hidden command beneath it that is a worker of the demo.</summary>
    public const string HostName = "host";

    private const int Failed = 1;

    public static Command Create()
    {
        var folder = new Option<string?>("--folder")
        {
            Description = "Where to leave the databases and logs: a new folder. [default: one for temporary files]",
        };
        var command = new Command(
            Name,
            "Runs five sagas in about 15 seconds and shows them move: one succeeds, others fail, hang and are undone, "
            + "and the process of the last one is killed half way. Needs no server.");
        command.Options.Add(folder);
        command.SetAction((parse, stop) => RunAsync(parse.GetValue(folder), stop));
        command.Subcommands.Add(CreateHost());
        return command;
    }

    private static Command CreateHost()
    {
        var folder = new Option<string>("--folder") { Required = true };
        var command = new Command(HostName, "A worker of the demo.") { Hidden = true };
        command.Options.Add(folder);
        command.SetAction((parse, stop) => DemoHost.RunAsync(new DemoFiles(parse.GetRequiredValue(folder)), stop));
        return command;
    }

    private static async Task<int> RunAsync(string? folder, CancellationToken stop)
    {
        var view = CreateView();
        try
        {
            var files = DemoFiles.Create(folder);
            var progress = await view.RunAsync(show => new DemoRun(files, TimeProvider.System, show, stop).RunAsync());
            view.Summarize(progress);
            return Conclude(view, progress, files);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            view.WriteLine("The demo was stopped.");
            return Failed;
        }
        catch (DemoException exception)
        {
            view.WriteLine($"The demo failed. {exception.Message}");
            return Failed;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
        }
    }

    private static IDemoView CreateView()
    {
        var isTerminal = !Console.IsOutputRedirected
            && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true };
        return isTerminal ? new LiveDemoView(AnsiConsole.Console) : new PlainDemoView(Console.Out);
    }

    private static int Conclude(IDemoView view, DemoProgress progress, DemoFiles files)
    {
        var complaints = DemoVerdict.Judge(progress);
        foreach (var complaint in complaints)
        {
            view.WriteLine($"WRONG: {complaint}");
        }

        view.WriteLine(complaints.Count == 0
            ? "All five sagas ended as they should: every effect happened once, or was undone once."
            : "The demo failed: not every saga ended as it should.");
        view.WriteLine("");
        view.WriteLine($"Everything is in {files.Folder}: the sagas in sagas.db, what the participants did in");
        view.WriteLine("participants.db, and the workers' logs. Look at it with any SQLite tool, for instance:");
        view.WriteLine("");
        view.WriteLine($"  cd {files.Folder}");
        view.WriteLine("  sqlite3 -box sagas.db 'select id, saga, state, progress, why, duration from saga_overview'");
        view.WriteLine("  sqlite3 -box sagas.db 'select saga, step, status, attempts, error_code from saga_step'");
        view.WriteLine("  sqlite3 -box sagas.db 'select time, event, step, attempt from saga_history order by time'");
        view.WriteLine("  sqlite3 -box participants.db 'select * from effect_log'");
        return complaints.Count == 0 ? 0 : Failed;
    }
}
