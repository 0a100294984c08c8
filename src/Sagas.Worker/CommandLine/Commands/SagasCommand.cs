using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Sagas.Worker.CommandLine.Checking;
using Sagas.Worker.Demo;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>The command line: without a command it is the worker.</summary>
internal static class SagasCommand
{
    /// <summary>Does what the arguments say.</summary>
    /// <param name="arguments">The arguments of the program.</param>
    /// <param name="context">Where commands write and read; by default the process's own streams.</param>
    /// <param name="stop">Stops it, as Ctrl+C does.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, CommandContext? context = null, CancellationToken stop = default)
    {
        context ??= CommandContext.OfProcess();
        var parse = Create(context).Parse(arguments);
        if (parse.Action is ParseErrorAction mistakes)
        {
            mistakes.ShowHelp = false;
        }
        else if (Misplaced(parse) is { } option)
        {
            await context.Error.WriteLineAsync(
                $"{option} stands before the command '{parse.CommandResult.Command.Name}', where it means nothing. "
                + "Write it behind it, if that command has it.");
            return ExitCodes.Usage;
        }

        // System.CommandLine's own handling of signals is off: it cuts a command off after a time, and with no limit of
        // time its forced exit code (143) sometimes replaces that of a command which ended by itself.
        using var signals = new StopSignals(stop);
        var exitCode = await parse.InvokeAsync(
            new InvocationConfiguration
            {
                ProcessTerminationTimeout = null,
                Output = context.Output,
                Error = context.Error,
            },
            signals.Token);
        return parse.Action is ParseErrorAction ? ExitCodes.Usage : exitCode;
    }

    private static RootCommand Create(CommandContext context)
    {
        var root = new RootCommand(
            "Sagas: a durable saga orchestration worker. It carries business transactions that span several services "
            + "to their end: every step done, or everything that was done undone.\n\n"
            + "Without a command it runs the worker. With no configuration at all it is embedded: a SQLite file and an "
            + "in-memory transport. Set ConnectionStrings__Sagas and ConnectionStrings__RabbitMq, or the options "
            + $"below, to run it on PostgreSQL and RabbitMQ.\n\n{ExitCodes.Help}");
        RunCommand.Fill(root);
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(StartCommand.Create(context));
        root.Subcommands.Add(ListCommand.Create(context));
        root.Subcommands.Add(ShowCommand.Create(context));
        root.Subcommands.Add(WatchCommand.Create(context));
        foreach (var command in OperatorCommand.CreateAll(context))
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(DefinitionsCommand.Create(context));
        root.Subcommands.Add(ValidateCommand.Create(context));
        root.Subcommands.Add(MigrateCommand.Create(context));
        root.Subcommands.Add(TopologyCommand.Create(context));
        root.Subcommands.Add(DoctorCommand.Create(context));
        root.Subcommands.Add(HealthCommand.Create());
        root.Subcommands.Add(KeyCommand.Create(context));
        return root;
    }

    /// <summary>An option of the worker's that another command would pass over.</summary>
    private static string? Misplaced(ParseResult parse) => parse.CommandResult.Command is RootCommand
        ? null
        : parse.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(x => !x.Implicit)?.Option.Name;
}
