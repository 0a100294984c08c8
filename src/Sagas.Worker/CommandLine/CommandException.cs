namespace Sagas.Worker.CommandLine;

/// <summary>A command cannot go on: what to tell people, and the exit code.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode => exitCode;

    public static CommandException Usage(string message) => new(ExitCodes.Usage, message);
}
