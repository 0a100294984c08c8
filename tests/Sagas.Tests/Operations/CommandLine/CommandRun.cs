using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sagas.Worker.CommandLine;
using Sagas.Worker.CommandLine.Commands;
using Spectre.Console;

namespace Sagas.Tests.Operations.CommandLine;

/// <summary>The command line in this process, with a console that a test reads.</summary>
internal sealed partial class CommandRun
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public int ExitCode { get; private set; } = -1;

    /// <summary>Standard output, without colours.</summary>
    public string Output => Escapes().Replace(Raw, "");

    /// <summary>Standard output as it is.</summary>
    public string Raw => SafeWriter.Read(_output);

    public string Error => SafeWriter.Read(_error);

    public string[] Lines => Output.TrimEnd().Split('\n');

    public JsonElement Json => JsonElement.Parse(Raw);

    public bool IsTerminal { get; init; }

    public int Width { get; init; } = 100;

    public string Input { get; init; } = "";

    public Dictionary<string, string> Variables { get; init; } = [];

    /// <summary>Runs a command whose output is piped.</summary>
    public static Task<CommandRun> PipedAsync(params string[] arguments) => new CommandRun().RunAsync(arguments);

    public async Task<CommandRun> RunAsync(params string[] arguments)
    {
        ExitCode = await SagasCommand.RunAsync(arguments, Context(), TestContext.Current.CancellationToken);
        return this;
    }

    public async Task RunUntilAsync(CancellationToken stop, params string[] arguments) =>
        ExitCode = await SagasCommand.RunAsync(arguments, Context(), stop);

    private CommandContext Context()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = IsTerminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = IsTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(new SafeWriter(_output)),
        });
        (console.Profile.Width, console.Profile.Height) = (Width, 40);
        return new CommandContext
        {
            Console = console,
            Error = new SafeWriter(_error),
            Input = new StringReader(Input),
            IsTerminal = IsTerminal,
            Variable = Variables.GetValueOrDefault,
        };
    }

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escapes();
}
