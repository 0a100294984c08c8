using Spectre.Console;

namespace Sagas.Worker.CommandLine;

/// <summary>What surrounds a command: where it writes and reads.</summary>
internal sealed class CommandContext
{
    private const int PipedWidth = 100;

    /// <summary>Standard output: with colours on a terminal.</summary>
    public required IAnsiConsole Console { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Whether somebody looks at a terminal, or a program reads.</summary>
    public required bool IsTerminal { get; init; }

    /// <summary>Reads a variable of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Standard output, as it is.</summary>
    public TextWriter Output => Console.Profile.Out.Writer;

    /// <summary>How many characters a line may have.</summary>
    public int Width => IsTerminal ? Console.Profile.Width : PipedWidth;

    public static CommandContext OfProcess() => new()
    {
        Console = AnsiConsole.Console,
        Error = System.Console.Error,
        Input = System.Console.In,
        IsTerminal = !System.Console.IsOutputRedirected,
    };
}
