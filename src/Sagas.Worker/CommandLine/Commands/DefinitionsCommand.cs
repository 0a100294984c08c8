using System.CommandLine;
using Sagas.Dashboard.Commands;
using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Worker.CommandLine.Client;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Lists the definitions, withdraws versions of them and restores those.</summary>
internal sealed class DefinitionsCommand
{
    private const int NoteColumn = 3;

    private readonly CommandContext _context;
    private readonly WorkerAddress _address = new();
    private readonly Option<bool> _json = CommandActions.JsonOption();

    private DefinitionsCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var definitions = new DefinitionsCommand(context);
        var command = new Command("definitions", "Lists the definitions that sagas start on, and those that they did.")
        {
            definitions._json,
            new WithdrawalCommand(context, "withdraw").Create(
                "Lets no saga start on a version any more, at any worker. The sagas that run on it go on."),
            new WithdrawalCommand(context, "restore").Create("Lets sagas start on a withdrawn version again."),
        };
        definitions._address.AddTo(command);
        command.Do(context, definitions.ListAsync);
        return command;
    }

    private async Task<int> ListAsync(ParseResult parse, CancellationToken stop)
    {
        using var client = _address.Connect(parse, _context);
        var list = await client.DefinitionsAsync(stop);
        if (parse.GetValue(_json))
        {
            _context.WriteJson(list.Json);
            return ExitCodes.Ok;
        }

        if (list.Value.Count == 0)
        {
            _context.Error.WriteLine("No definitions.");
            return ExitCodes.Ok;
        }

        var table = new TextTable("SAGA", "STATUS", "STEPS", "NOTE");
        foreach (var definition in list.Value)
        {
            table.Add(
                new Line($"{definition.Name} v{definition.Version}"),
                Status(definition),
                new Line($"{definition.Steps.Count}"),
                new Line(Note(definition), Palette.Faint));
        }

        _context.Write(table.ToLines(_context.IsTerminal ? _context.Width : 0, NoteColumn));
        return ExitCodes.Ok;
    }

    private static Line Status(DefinitionView definition) => definition switch
    {
        { Problem: not null } => new Line("not readable", Palette.Bad),
        { WithdrawnAt: not null } => new Line("withdrawn", Palette.Warning),
        { UsedSince: not null } => new Line("in use", Palette.Good),
        _ => new Line("not used yet", Palette.Faint),
    };

    private static string Note(DefinitionView definition) => definition switch
    {
        { Problem: { } problem } => problem.ReplaceLineEndings(" "),
        { WithdrawnAt: { } since } => $"since {TimeText.Exactly(since)}",
        { IsLoaded: false } => "another worker's",
        _ => definition.Description.ReplaceLineEndings(" "),
    };

    /// <summary>Withdraws or restores a version.</summary>
    private sealed class WithdrawalCommand(CommandContext context, string verb)
    {
        private readonly WorkerAddress _address = new();
        private readonly Option<bool> _json = CommandActions.JsonOption();
        private readonly Option<string> _reason = ReasonOption.Create(
            "Why: it stands in the table operator_action, with who did it.");

        private readonly Argument<string> _name = new("NAME") { Description = "The definition's name." };
        private readonly Argument<int> _version = new("VERSION")
        {
            Description = "The version.",
            CustomParser = result =>
            {
                if (int.TryParse(result.Tokens[0].Value.TrimStart('v'), out var number) && number > 0)
                {
                    return number;
                }

                result.AddError(
                    $"'{result.Tokens[0].Value}' is no version. It is a whole number from 1 on; 'definitions' shows them.");
                return 0;
            },
        };

        public Command Create(string description)
        {
            var command = new Command(verb, description) { _name, _version, _reason, _json };
            _address.AddTo(command);
            command.Do(context, RunAsync);
            return command;
        }

        private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
        {
            using var client = _address.Connect(parse, context);
            var done = await client.WithdrawalAsync(
                parse.GetRequiredValue(_name), parse.GetValue(_version), verb, parse.GetRequiredValue(_reason), stop);
            if (parse.GetValue(_json))
            {
                context.WriteJson(done.Json);
                return ExitCodes.Ok;
            }

            context.WriteLine(Tell(done.Value));
            return ExitCodes.Ok;
        }

        private static string Tell(WithdrawalDone done)
        {
            var now = done.WithdrawnAt is null
                ? "sagas start on it"
                : "no saga starts on it any more, and those that run on it go on";
            return $"{done.Name} v{done.Version}: {now}. " + (done.DefaultVersion is { } version
                ? $"A start without a version takes v{version}."
                : "No version is left that a saga starts on.");
        }
    }
}
