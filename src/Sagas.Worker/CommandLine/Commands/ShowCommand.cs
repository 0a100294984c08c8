using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sagas.Dashboard.Queries;
using Sagas.Worker.CommandLine.Client;
using Sagas.Worker.CommandLine.Output;
using Sagas.Worker.CommandLine.Viewing;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Shows one saga.</summary>
internal sealed class ShowCommand
{
    private readonly CommandContext _context;
    private readonly Argument<Guid> _id = SagaArgument.Create();
    private readonly WorkerAddress _address = new();
    private readonly Option<bool> _json = CommandActions.JsonOption();
    private readonly Option<bool> _history = new("--history")
    {
        Description = "Also shows all that ever happened to it.",
    };

    private readonly Option<bool> _data = new("--data")
    {
        Description = "Also shows its input and the steps' results.",
    };


    private ShowCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var show = new ShowCommand(context);
        var command = new Command(
            "show", "Shows a saga: why it is as it is, what it waits for, its steps over time, and what can be done.")
        {
            show._id,
            show._history,
            show._data,
            show._json,
        };
        show._address.AddTo(command);
        command.Do(context, show.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        using var client = _address.Connect(parse, _context);
        var id = parse.GetValue(_id);
        var saga = await client.GetAsync(id, stop);
        var history = await client.HistoryAsync(id, stop);
        if (parse.GetValue(_json))
        {
            _context.WriteJson(Report(saga.Json, history.Json));
            return ExitCodes.Ok;
        }

        var text = new SagaText(_context.Width, _address.ToArguments(parse));
        _context.Write(text.Tell(saga.Value, history.Value, _context.Clock.GetUtcNow()));
        if (parse.GetValue(_history))
        {
            _context.Write([new Line(), .. HistoryText.Tell(history.Value, _context.IsTerminal ? _context.Width : 0)]);
        }

        if (parse.GetValue(_data))
        {
            WriteData(saga.Value);
        }

        return ExitCodes.Ok;
    }

    private void WriteData(SagaDetail saga)
    {
        if (saga.PayloadsHidden)
        {
            const string Hidden = "Input and results are hidden: this key has not the role 'payloads'.";
            _context.Write([new Line(), new Line(Hidden, Palette.Warning)]);
            return;
        }

        foreach (var (title, value) in new[] { ("Input", saga.Input), ("Results", saga.Results) })
        {
            _context.Write([new Line(), new Line(title, Palette.Strong)]);
            _context.WriteJson(value!.Value);
        }
    }

    private static JsonElement Report(JsonElement saga, JsonElement history)
    {
        var report = JsonObject.Create(saga)!;
        report["history"] = JsonArray.Create(history);
        return JsonSerializer.SerializeToElement(report);
    }
}
