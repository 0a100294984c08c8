using System.Reflection;
using MassTransit;
using RabbitMQ.Client;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Timers;
using Sagas.Persistence.Topology;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// What the worker has at RabbitMQ, and the queues that definitions name: declared before the first command goes out, so
/// that a participant that has never run yet finds its commands waiting, and what the broker refuses is known at once. The
/// bus declares the same; a test holds both equal.
/// </summary>
internal static class BrokerTopology
{
    private const string Quorum = "quorum";
    private const string Faults = "MassTransit:Fault";

    /// <summary>The worker's own queues, each bound to the exchange of its name.</summary>
    public static readonly IReadOnlyList<string> Queues = [SagaAddresses.Queue, SagaAddresses.HttpQueue];

    /// <summary>Where messages go that the worker cannot use. The bus declares them with the first such message.</summary>
    public static readonly IReadOnlyList<string> AsideQueues =
        [.. Queues.SelectMany(queue => new[] { $"{queue}_error", $"{queue}_skipped" })];

    /// <summary>Exchanges of message types, each with the exchange that it is bound to.</summary>
    public static readonly IReadOnlyList<(string Source, string Destination)> Bindings =
    [
        .. new[]
        {
            typeof(StartSaga), typeof(StepSucceeded), typeof(StepFailed), typeof(RetrySaga), typeof(SkipStep),
            typeof(CancelSaga), typeof(AbortSaga), typeof(SagaDue), typeof(StepOutcomeUnknown), typeof(StepDeferred),
        }.Select(type => (NameOf(type), SagaAddresses.Queue)),
        (FaultOf(typeof(ExecuteStep)), SagaAddresses.Queue),
        (FaultOf(typeof(CompensateStep)), SagaAddresses.Queue),
        (FaultOf(typeof(ExecuteStep)), Faults),
        (FaultOf(typeof(CompensateStep)), Faults),
        .. PublishTopology.Events.Select(type => (NameOf(type), NameOf(typeof(ISagaEvent)))),
    ];

    /// <summary>Exchanges of message types that nothing is bound to.</summary>
    public static readonly IReadOnlyList<string> UnboundExchanges =
        [.. new[] { typeof(ExecuteStep), typeof(CompensateStep), typeof(PollHttpStep) }.Select(NameOf)];

    private static readonly Dictionary<string, object?> QuorumQueue = new() { ["x-queue-type"] = Quorum };

    /// <summary>Declares what the worker receives from and publishes to.</summary>
    /// <exception cref="BrokerRefusedException">The broker refuses it, and will again.</exception>
    public static async Task DeclareOwnAsync(
        Declarations declarations, BrokerConnectionString broker, CancellationToken stop)
    {
        foreach (var queue in Queues)
        {
            await DeclareOwnAsync(declarations, broker, queue, stop);
        }

        var exchanges = Bindings.SelectMany(x => new[] { x.Source, x.Destination })
            .Concat(UnboundExchanges)
            .Except(Queues);
        foreach (var exchange in exchanges)
        {
            await BrokerRefusedException.OrAsync(
                broker, $"the exchange '{exchange}'", () => DeclareExchangeAsync(declarations, exchange, stop));
        }

        foreach (var (source, destination) in Bindings)
        {
            await BrokerRefusedException.OrAsync(
                broker,
                $"the binding of the exchange '{source}' to '{destination}'",
                () => declarations.BindExchangeAsync(destination, source, "", null, stop));
        }
    }

    /// <summary>Declares the queues for messages that the worker cannot use.</summary>
    /// <exception cref="BrokerRefusedException">The broker refuses it, and will again.</exception>
    public static async Task DeclareAsideAsync(
        Declarations declarations, BrokerConnectionString broker, CancellationToken stop)
    {
        foreach (var queue in AsideQueues)
        {
            await DeclareOwnAsync(declarations, broker, queue, stop);
        }
    }

    /// <summary>
    /// Declares for a participant's queue the exchange of its name and binds them; a queue that is there stays as it is.
    /// </summary>
    public static async Task DeclareParticipantAsync(Declarations declarations, string queue, CancellationToken stop)
    {
        if (!await declarations.HasQueueAsync(queue, stop))
        {
            await declarations.DeclareQueueAsync(queue, true, false, false, QuorumQueue, stop);
        }

        await DeclareExchangeAsync(declarations, queue, stop);
        await declarations.BindQueueAsync(queue, queue, "", null, stop);
    }

    private static async Task DeclareOwnAsync(
        Declarations declarations, BrokerConnectionString broker, string queue, CancellationToken stop)
    {
        await BrokerRefusedException.OrAsync(
            broker,
            $"the queue '{queue}'",
            () => declarations.DeclareQueueAsync(queue, true, false, false, QuorumQueue, stop));
        await BrokerRefusedException.OrAsync(
            broker, $"the exchange '{queue}'", () => DeclareExchangeAsync(declarations, queue, stop));
        if (!await BrokerRefusedException.OrAsync(
            broker,
            $"the binding of the queue '{queue}'",
            () => declarations.BindQueueAsync(queue, queue, "", null, stop)))
        {
            throw BrokerRefusedException.OfRights(broker, $"the user '{broker.User}' may not read and write '{queue}'");
        }
    }

    private static Task<bool> DeclareExchangeAsync(
        Declarations declarations, string exchange, CancellationToken stop) =>
        declarations.DeclareExchangeAsync(exchange, ExchangeType.Fanout, true, false, null, stop);

    private static string NameOf(Type message) => message.GetCustomAttribute<EntityNameAttribute>()!.EntityName;

    private static string FaultOf(Type message) => $"{Faults}--{message.Namespace}:{message.Name}--";
}
