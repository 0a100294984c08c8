using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Topology;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>
/// Declares at RabbitMQ all that workers use, and the queues that definitions name: by an administrator, so that the
/// workers' own user needs no right to configure.
/// </summary>
internal sealed class TopologyCommand
{
    private readonly CommandContext _context;
    private readonly WorkerSettings _settings = new();

    private TopologyCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var topology = new TopologyCommand(context);
        var command = new Command(
            "topology",
            "Declares at RabbitMQ the exchanges and queues of the workers and of the participants that definitions name, and "
            + "says which. Give it an administrator's address with --broker: workers need no right to configure then. What "
            + "is there already stays as it is; any number may do it at once.");
        topology._settings.AddTo(command);
        command.Do(context, topology.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        var (broker, queues) = Read(new(_settings.ToConfiguration(parse)) { ["Sagas:Embedded:Allowed"] = "true" });
        var (connection, reached) = await BrokerCheck.ConnectAsync(broker, stop);
        if (connection is null)
        {
            throw new CommandException(ExitCodes.Unreachable, $"{reached.Finding}. {reached.Advice}");
        }

        await using var disposal = connection;
        using var declarations = new Declarations(connection);
        await DeclareOwnAsync(declarations, broker, stop);
        foreach (var queue in BrokerTopology.Queues.Concat(BrokerTopology.AsideQueues))
        {
            Write(queue);
        }

        var isRefused = false;
        foreach (var queue in queues)
        {
            if (await ParticipantQueues.ObjectionAsync(declarations, queue, stop) is { } objection)
            {
                isRefused = true;
                _context.Write([new Line("refused  ", Palette.Bad).Add($"{queue}: {objection}")]);
            }
            else
            {
                Write(queue);
            }
        }

        return isRefused ? ExitCodes.NotWell : ExitCodes.Ok;

        void Write(string queue) => _context.Write([new Line("declared ", Palette.Good).Add(queue)]);
    }

    private static async Task DeclareOwnAsync(
        Declarations declarations, BrokerConnectionString broker, CancellationToken stop)
    {
        try
        {
            await BrokerTopology.DeclareOwnAsync(declarations, broker, stop);
            await BrokerTopology.DeclareAsideAsync(declarations, broker, stop);
        }
        catch (BrokerRefusedException exception)
        {
            throw new CommandException(ExitCodes.NotWell, exception.Message);
        }
        catch (Exception exception) when (exception is OperationInterruptedException or TimeoutException)
        {
            throw new CommandException(ExitCodes.Unreachable, $"RabbitMQ at {broker} answers: {exception.Message}");
        }
    }

    private static (BrokerConnectionString Broker, IReadOnlyList<string> Queues) Read(
        Dictionary<string, string?> overrides)
    {
        try
        {
            var builder = SagasHost.CreateBuilder(overrides);
            builder.Logging.ClearProviders();
            using var services = builder.Services.BuildServiceProvider();
            return (
                services.GetService<BrokerConnectionString>() ?? throw CommandException.Usage(
                    "No broker is named. Give its address: --broker amqp://user:password@host:5672/"),
                services.GetRequiredService<SagaDefinitionCatalog>().Queues);
        }
        catch (Exception exception) when (ConfigurationMistakes.Describe(exception) is { } message)
        {
            throw CommandException.Usage(message);
        }
    }
}
