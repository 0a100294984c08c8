using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Worker.Telemetry;

namespace Sagas.Worker.Transport;

/// <summary>Makes every refusal visible: counted, logged, and told to the sender where it gave an address.</summary>
internal sealed class Refusals(SagaMetrics metrics, RefusalLog log, ILogger<Refusals> logger)
{
    /// <summary>
    /// Refuses a readable message inside its delivery. Without an address to answer to, the message is moved to the error
    /// queue, so that it is not lost.
    /// </summary>
    public Task RefuseAsync<T>(ConsumeContext<T> context, RequestRefused refusal)
        where T : class
    {
        Record(context.ReceiveContext, typeof(T).Name, refusal);
        return context.AnswerAsync(refusal);
    }

    /// <summary>Refuses a message that could not be read, or handled, or is of a type that nobody consumes here.</summary>
    public async Task RefuseAsync(ReceiveContext context, string messageType, RequestRefused refusal)
    {
        Record(context, messageType, refusal);
        if (AnswerAddress.Of(context) is not { } address)
        {
            return;
        }

        try
        {
            await address.SendAsync(context.SendEndpointProvider, refusal, context.CancellationToken);
        }
        catch (Exception exception)
        {
            logger.RefusalNotSent(exception, address.Queue ?? address.Destination.ToString());
        }
    }

    /// <summary>
    /// Counts and logs a reply that changes nothing and of which not even the saga's history tells: the history is full of
    /// others.
    /// </summary>
    public void NoteUnrecorded(string messageType, Guid sagaId)
    {
        metrics.Refused(RefusalLog.UnrecordedReply);
        log.Write(messageType, RefusalLog.UnrecordedReply, $"Saga {sagaId} has had so many replies to nothing that its history takes no more.");
    }

    private void Record(ReceiveContext context, string messageType, RequestRefused refusal)
    {
        // A delivery that is tried again, because the database was away, is refused once.
        if (context.TryGetPayload<RequestRefusedException>(out _))
        {
            return;
        }

        context.AddOrUpdatePayload(() => new RequestRefusedException(refusal), x => x);
        metrics.Refused(refusal.Code);
        log.Write(messageType, refusal.Code, refusal.Message);
    }
}
