using System.CommandLine;
using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Worker.CommandLine.Client;
using Sagas.Worker.CommandLine.Output;
using Sagas.Worker.CommandLine.Viewing;
using Spectre.Console;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Shows sagas as they move: a table that renews itself on a terminal, otherwise a line a change.</summary>
internal sealed class WatchCommand
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);

    private readonly CommandContext _context;
    private readonly SagaFilterOptions _filter = new();
    private readonly WorkerAddress _address = new();
    private readonly Option<TimeSpan> _interval = DurationOption.Create(
        "--interval", "How often the worker is asked.", DefaultInterval);

    private WatchCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var watch = new WatchCommand(context);
        var command = new Command("watch", "Shows sagas as they move, those that need somebody first, until Ctrl+C.");
        watch._filter.AddTo(command);
        command.Options.Add(watch._interval);
        watch._address.AddTo(command);
        command.Do(context, watch.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        using var client = _address.Connect(parse, _context);

        // What is wrong with the command line, or the address, is said at once.
        var first = await ReadAsync(client, parse, stop);
        try
        {
            if (_context.IsTerminal)
            {
                await _context.Console.Live(Render(first, null)).StartAsync(live => FollowAsync(
                    client,
                    parse,
                    (page, problem) =>
                    {
                        live.UpdateTarget(Render(page, problem));
                        live.Refresh();
                    },
                    first,
                    stop));
            }
            else
            {
                var news = new SagaNews(_context);
                await FollowAsync(client, parse, news.Tell, first, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Seen enough.
        }

        return ExitCodes.Ok;
    }

    private async Task FollowAsync(
        WorkerClient client,
        ParseResult parse,
        Action<Page<SagaSummary>, string?> show,
        Page<SagaSummary> page,
        CancellationToken stop)
    {
        string? problem = null;
        while (true)
        {
            show(page, problem);
            await Task.Delay(parse.GetValue(_interval), _context.Clock, stop);
            try
            {
                (page, problem) = (await ReadAsync(client, parse, stop), null);
            }
            catch (CommandException exception) when (exception.ExitCode == ExitCodes.Unreachable)
            {
                // The worker is started again, or its database is: it is asked on.
                problem = exception.Message;
            }
        }
    }

    private async Task<Page<SagaSummary>> ReadAsync(WorkerClient client, ParseResult parse, CancellationToken stop) =>
        (await client.ListAsync(_filter.ToQuery(parse, _context.Clock.GetUtcNow()), stop)).Value;

    private Spectre.Console.Rendering.IRenderable Render(Page<SagaSummary> page, string? problem)
    {
        var now = _context.Clock.GetUtcNow();
        var states = page.Items.GroupBy(x => x.State).OrderBy(x => SagaStates.All.ToList().IndexOf(x.Key));
        var head = new Line(TimeText.OfDay(now), Palette.Faint).Add("  ");
        foreach (var state in states)
        {
            head.Add($"{state.Count()} {state.Key}  ", Palette.OfState(state.Key));
        }

        head.Add(page.Next is null ? "" : "and more that are not shown", Palette.Faint);
        IEnumerable<Line> lines =
        [
            head,
            problem is null ? new Line() : new Line(problem, Palette.Bad),
            .. page.Items.Count == 0
                ? [new Line("No sagas.", Palette.Faint)]
                : ListText.Tell(page.Items, _context, now),
        ];
        return lines.ToRenderable(_context);
    }
}
