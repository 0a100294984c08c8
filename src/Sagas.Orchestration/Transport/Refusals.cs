using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Contracts.Text;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;

namespace Sagas.Orchestration.Transport;

/// <summary>Makes every refusal visible: counted, logged, and told to the sender where it gave an address.</summary>
internal sealed class Refusals(
    SagaMetrics metrics, RefusalLog log, [SagaClock] TimeProvider clock, ILogger<Refusals> logger)
{
    private readonly OnceInAWhile _notSent = new(clock, RefusalLog.Window);

    /// <summary>
    /// Refuses a readable message inside its delivery. Without an address to answer to, the message is moved to the
    /// error queue, so that it is not lost. It is counted and logged once the delivery is committed.
    /// </summary>
    public Task RefuseAsync<T>(ConsumeContext<T> context, RequestRefused refusal)
        where T : class
    {
        Mark(context.ReceiveContext, refusal);
        context.GetPayload<IDeliveryTransaction>().AfterCommit(() => Record(typeof(T).Name, refusal));
        return context.AnswerAsync(refusal);
    }

    /// <summary>
    /// Refuses a message that could not be read, or handled, or is of a type that nobody consumes here. The workers' own
    /// queues are sent no answer, which they would refuse in turn.
    /// </summary>
    public async Task RefuseAsync(ReceiveContext context, string messageType, RequestRefused refusal)
    {
        Mark(context, refusal);
        Record(messageType, refusal);
        if (AnswerAddress.Of(context) is not { IsOwn: false } address)
        {
            return;
        }

        try
        {
            await address.SendAsync(context.SendEndpointProvider, refusal, context.CancellationToken);
        }
        catch (Exception exception)
        {
            if (_notSent.Take() is { } count)
            {
                logger.RefusalNotSent(count, Printable.Of($"{exception.GetType().Name}: {exception.Message}"));
            }
        }
    }

    /// <summary>Counts and logs an unreadable message that is dropped.</summary>
    public void NoteDropped(RequestRefused refusal) => Record("unreadable", refusal);

    /// <summary>
    /// Counts and logs a reply that changes nothing and of which not even the saga's history tells: the history is full
    /// of others.
    /// </summary>
    public void NoteUnrecorded<T>(ConsumeContext<T> context, Guid sagaId)
        where T : class
    {
        context.GetPayload<IDeliveryTransaction>().AfterCommit(() =>
        {
            metrics.Refused(RefusalLog.UnrecordedReply);
            log.Write(
                typeof(T).Name,
                RefusalLog.UnrecordedReply,
                $"Saga {sagaId} has had so many replies to nothing that its history takes no more.");
        });
    }

    private static void Mark(ReceiveContext context, RequestRefused refusal)
    {
        var marker = new RequestRefusedException(refusal);
        context.AddOrUpdatePayload(() => marker, _ => marker);
    }

    private void Record(string messageType, RequestRefused refusal)
    {
        metrics.Refused(refusal.Code);
        log.Write(messageType, refusal.Code, refusal.Message);
    }
}
