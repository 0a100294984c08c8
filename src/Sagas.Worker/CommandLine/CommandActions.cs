using System.CommandLine;
using Sagas.Contracts.Text;

namespace Sagas.Worker.CommandLine;

/// <summary>What all commands have in common.</summary>
internal static class CommandActions
{
    public static Option<bool> JsonOption() => new("--json") { Description = "Writes JSON, for programs." };

    /// <summary>Sets what the command does. What keeps it from that is told on standard error.</summary>
    /// <param name="command">The command.</param>
    /// <param name="context">Where it writes.</param>
    /// <param name="action">Returns the exit code.</param>
    public static void Do(
        this Command command, CommandContext context, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parse, stop) =>
        {
            try
            {
                return await action(parse, stop);
            }
            catch (CommandException exception)
            {
                await context.Error.WriteLineAsync(Printable.Of(exception.Message, keepLines: true));
                return exception.ExitCode;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return ExitCodes.NotWell;
            }
        });
}
