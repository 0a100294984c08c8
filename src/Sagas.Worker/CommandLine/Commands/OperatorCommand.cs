using System.CommandLine;
using Sagas.Worker.CommandLine.Client;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>What an operator does to a saga, with the reason for its history.</summary>
internal sealed class OperatorCommand
{
    private const string Skip = "skip";

    private readonly CommandContext _context;
    private readonly string _verb;
    private readonly Argument<Guid> _id = SagaArgument.Create();
    private readonly WorkerAddress _address = new();
    private readonly Option<bool> _json = CommandActions.JsonOption();
    private readonly Option<string> _reason = ReasonOption.Create(
        "Why: it stands in the saga's history, with who did it.");

    private readonly Option<string?> _step = new("--step")
    {
        Description = "The step that is meant; refused if the saga stopped at another one. [default: where it stopped]",
    };

    private OperatorCommand(CommandContext context, string verb) => (_context, _verb) = (context, verb);

    public static IEnumerable<Command> CreateAll(CommandContext context) =>
    [
        new OperatorCommand(context, "retry").Create("Takes a suspended saga up again at the step where it stopped."),
        new OperatorCommand(context, Skip).Create(
            "Takes a suspended saga up again behind the step where it stopped: that one is done, or undone, by hand."),
        new OperatorCommand(context, "cancel").Create("Turns a running saga back: what was done is undone."),
        new OperatorCommand(context, "abort").Create("Ends a suspended saga as it is: nothing more is done or undone."),
    ];

    private Command Create(string description)
    {
        var command = new Command(_verb, description) { _id, _reason, _json };
        if (_verb == Skip)
        {
            command.Options.Add(_step);
        }

        _address.AddTo(command);
        command.Do(_context, RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        using var client = _address.Connect(parse, _context);
        var id = parse.GetValue(_id);
        var step = _verb == Skip
            ? parse.GetValue(_step) ?? (await client.GetAsync(id, stop)).Value.CurrentStep ?? ""
            : null;
        var done = await client.OperateAsync(id, _verb, parse.GetRequiredValue(_reason), step, stop);
        if (parse.GetValue(_json))
        {
            _context.WriteJson(done.Json);
            return ExitCodes.Ok;
        }

        _context.Write(
        [
            new Line($"{_verb}: {id} is ").Add(done.Value.State, Palette.OfState(done.Value.State))
                .Add(step is null ? "" : $"; '{step}' was skipped").Add("."),
        ]);
        return ExitCodes.Ok;
    }
}
