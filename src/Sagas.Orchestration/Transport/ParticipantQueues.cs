using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Contracts.Text;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Topology;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Declares the queues of the participants, and knows which of them RabbitMQ refuses. That stops the steps that go there,
/// and not the worker.
/// </summary>
internal sealed class ParticipantQueues(SagaDefinitionCatalog definitions, ILogger<ParticipantQueues> logger)
{
    private readonly ConcurrentDictionary<string, string> _objections = new(StringComparer.Ordinal);

    /// <summary>What is to be said against a queue, by its name.</summary>
    public IReadOnlyDictionary<string, string> Objections => _objections;

    /// <summary>Declares the queues that the loaded definitions name.</summary>
    public Task DeclareAsync(Declarations declarations, CancellationToken stop) =>
        DeclareAsync(declarations, definitions.Queues, stop);

    /// <summary>Declares those once more that were refused.</summary>
    public Task DeclareRefusedAsync(Declarations declarations, CancellationToken stop) =>
        DeclareAsync(declarations, [.. _objections.Keys], stop);

    /// <summary>What RabbitMQ says against a participant's queue or exchange, if it does.</summary>
    public static async Task<string?> ObjectionAsync(Declarations declarations, string queue, CancellationToken stop)
    {
        try
        {
            await BrokerTopology.DeclareParticipantAsync(declarations, queue, stop);
            return null;
        }
        catch (OperationInterruptedException exception)
            when (exception.ShutdownReason?.ReplyCode is >= Constants.AccessRefused and <= Constants.PreconditionFailed)
        {
            return Printable.Of(exception.ShutdownReason.ReplyText);
        }
    }

    private async Task DeclareAsync(
        Declarations declarations, IReadOnlyCollection<string> queues, CancellationToken stop)
    {
        foreach (var queue in queues)
        {
            if (await ObjectionAsync(declarations, queue, stop) is { } objection)
            {
                if (!_objections.TryGetValue(queue, out var known) || known != objection)
                {
                    logger.ParticipantRefused(queue, objection, string.Join(", ", DefinitionsOf(queue)));
                }

                _objections[queue] = objection;
            }
            else if (_objections.TryRemove(queue, out _))
            {
                logger.ParticipantAccepted(queue);
            }
        }
    }

    private IEnumerable<string> DefinitionsOf(string queue) => definitions.Loaded
        .Where(x => SagaDefinitionCatalog.QueuesOf(x).Contains(queue))
        .Select(x => $"{x.Name} v{x.Version}");
}
