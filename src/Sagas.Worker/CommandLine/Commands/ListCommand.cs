using System.CommandLine;
using Sagas.Dashboard.Queries;
using Sagas.Worker.CommandLine.Client;
using Sagas.Worker.CommandLine.Output;
using Sagas.Worker.CommandLine.Viewing;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Lists sagas.</summary>
internal sealed class ListCommand
{
    private readonly CommandContext _context;
    private readonly SagaFilterOptions _filter = new();
    private readonly WorkerAddress _address = new();
    private readonly Option<bool> _json = CommandActions.JsonOption();
    private readonly Option<string?> _cursor = new("--cursor")
    {
        Description = "Where the page before ended, as it said.",
    };

    private ListCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var list = new ListCommand(context);
        var command = new Command("list", "Lists sagas, those that need somebody first.");
        list._filter.AddTo(command);
        command.Options.Add(list._cursor);
        command.Options.Add(list._json);
        list._address.AddTo(command);
        command.Do(context, list.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        using var client = _address.Connect(parse, _context);
        var now = _context.Clock.GetUtcNow();
        var page = await client.ListAsync(_filter.ToQuery(parse, now, parse.GetValue(_cursor)), stop);
        if (parse.GetValue(_json))
        {
            _context.WriteJson(page.Json);
            return ExitCodes.Ok;
        }

        Tell(page.Value, now, Repeated(parse));
        return ExitCodes.Ok;
    }

    private void Tell(Page<SagaSummary> page, DateTimeOffset now, string arguments)
    {
        if (page.Items.Count == 0)
        {
            // Not on standard output, whose lines programs count.
            _context.Error.WriteLine("No sagas.");
            return;
        }

        _context.Write(ListText.Tell(page.Items, _context, now));
        if (page.Next is { } next)
        {
            _context.Error.WriteLine($"There are more: sagas list{arguments} --cursor {next}");
        }
    }

    /// <summary>The command's own options once more, but for the cursor.</summary>
    private string Repeated(ParseResult parse) => string.Concat(parse.CommandResult.Children
        .OfType<System.CommandLine.Parsing.OptionResult>()
        .Where(x => !x.Implicit && x.Option != _cursor)
        .Select(x => string.Concat(
            x.Tokens.Count == 0 ? $" {x.Option.Name}" : "",
            string.Concat(x.Tokens.Select(token => $" {x.Option.Name} {ShellText.Quote(token.Value)}")))));
}
