using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Worker.Telemetry;

namespace Sagas.Worker.Transport;

/// <summary>Makes every refusal visible: counted, logged, and told to the sender where it gave an address.</summary>
internal sealed class Refusals(SagaMetrics metrics, ILogger<Refusals> logger)
{
    /// <summary>
    /// Refuses a readable message inside its delivery. Without an address to answer to, the message is moved to the error
    /// queue, so that it is not lost.
    /// </summary>
    /// <exception cref="RequestRefusedException">The sender gave no address for the answer.</exception>
    public async Task RefuseAsync<T>(ConsumeContext<T> context, RequestRefused refusal)
        where T : class
    {
        Record(typeof(T).Name, refusal);
        if (context.ResponseAddress is null)
        {
            throw new RequestRefusedException(refusal);
        }

        await context.AnswerAsync(refusal);
    }

    /// <summary>Refuses a message that could not be read or is of a type that nobody consumes here.</summary>
    public async Task RefuseAsync(ReceiveContext context, string messageType, RequestRefused refusal)
    {
        Record(messageType, refusal);
        var address = PlainJson.PlainJsonDeserializer.ReplyTo(context) is null
            ? EnvelopeAddress.Read(context)
            : SagaAddresses.ReplyTo;
        if (address is null)
        {
            return;
        }

        try
        {
            var endpoint = await context.SendEndpointProvider.GetSendEndpoint(address);
            await endpoint.Send(refusal, x =>
            {
                if (address == SagaAddresses.ReplyTo)
                {
                    x.AsPlainJson();
                }
            });
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.RefusalNotSent(exception, address.ToString());
        }
    }

    private void Record(string messageType, RequestRefused refusal)
    {
        metrics.Refused(refusal.Code);
        logger.Refused(messageType, refusal.Code, refusal.Message);
    }
}
