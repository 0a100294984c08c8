using System.CommandLine;
using Sagas.Worker.Demo;

namespace Sagas.Worker.Operations.CommandLine;

/// <summary>The command line's root: without a subcommand it is the worker.</summary>
internal static class SagasCommand
{
    public static RootCommand Create()
    {
        var settings = new WorkerSettings();
        var root = new RootCommand(
            "Sagas: a durable saga orchestration worker. It carries business transactions that span several services to "
            + "their end: every step done, or everything that was done undone.\n\n"
            + "Without a command it runs the worker. With no configuration at all it is embedded: a SQLite file and an "
            + "in-memory transport. Set ConnectionStrings__Sagas and ConnectionStrings__RabbitMq, or the options below, to "
            + "run it on PostgreSQL and RabbitMQ.");
        settings.AddTo(root);
        root.SetAction((parse, stop) => RunCommand.RunAsync(settings.ToConfiguration(parse), stop));
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(HealthCommand.Create());
        return root;
    }
}
