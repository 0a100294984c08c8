using System.CommandLine;
using System.Text.Json;
using Sagas.Dashboard.Api;
using Sagas.Worker.CommandLine.Client;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Starts a saga.</summary>
internal sealed class StartCommand
{
    private const string StandardInput = "-";

    private readonly CommandContext _context;
    private readonly WorkerAddress _address = new();
    private readonly Argument<string> _name = new("NAME") { Description = "The name of the saga's definition." };
    private readonly Option<bool> _json = CommandActions.JsonOption();
    private readonly Option<int?> _version = new("--saga-version")
    {
        Description = "The definition's version. [default: the highest that the worker has loaded]",
    };

    private readonly Option<string> _input = new("--input")
    {
        Description = "A file with the saga's input, a JSON object, or - for standard input.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _key = new("--idempotency-key")
    {
        Description = "A key under which the command may be repeated without starting a second saga. [default: "
            + "a new one]",
    };

    private StartCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var start = new StartCommand(context);
        var command = new Command("start", "Starts a saga and writes its id. When it has, the saga is stored.")
        {
            start._name,
            start._input,
            start._version,
            start._key,
            start._json,
        };
        start._address.AddTo(command);
        command.Do(context, start.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        using var client = _address.Connect(parse, _context);
        var input = await ReadInputAsync(parse.GetRequiredValue(_input), stop);
        var key = parse.GetValue(_key) ?? Guid.CreateVersion7().ToString();
        var started = await StartAsync(client, parse, input, key, stop);
        if (parse.GetValue(_json))
        {
            _context.WriteJson(started.Json);
            return ExitCodes.Ok;
        }

        _context.WriteLine(started.Value.Id.ToString());
        if (_context.IsTerminal)
        {
            _context.Write(
            [
                new Line(
                    started.WasReplayed ? "It had been started under this key before. " : "Started. ", Palette.Good)
                    .Add($"See it: sagas show {started.Value.Id}{_address.ToArguments(parse)}", Palette.Faint),
            ]);
        }

        return ExitCodes.Ok;
    }

    private async Task<Reply<StartedSaga>> StartAsync(
        WorkerClient client, ParseResult parse, JsonElement input, string key, CancellationToken stop)
    {
        try
        {
            return await client.StartAsync(parse.GetRequiredValue(_name), parse.GetValue(_version), input, key, stop);
        }
        catch (CommandException exception) when (exception.ExitCode == ExitCodes.Unreachable)
        {
            throw new CommandException(
                exception.ExitCode,
                $"{exception.Message}\nWhether the saga was started is not known. The same command with "
                + $"--idempotency-key {ShellText.Quote(key)} starts it once at most.");
        }
    }

    private async Task<JsonElement> ReadInputAsync(string file, CancellationToken stop)
    {
        var source = file == StandardInput ? "Standard input" : file;
        try
        {
            var text = file == StandardInput
                ? await _context.Input.ReadToEndAsync(stop)
                : await File.ReadAllTextAsync(file, stop);
            return JsonElement.Parse(text);
        }
        catch (JsonException exception)
        {
            var place = exception is { LineNumber: { } line, BytePositionInLine: { } position }
                ? $"line {line + 1}, byte {position + 1}"
                : "it ends too early";
            throw CommandException.Usage($"{source} is not JSON: {place}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"The input cannot be read: {exception.Message}");
        }
    }
}
