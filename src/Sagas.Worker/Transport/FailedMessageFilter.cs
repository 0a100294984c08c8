using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Worker.Telemetry;
using Sagas.Worker.Transport.PlainJson;

namespace Sagas.Worker.Transport;

/// <summary>
/// Tells the sender of a message that is about to be moved to the queue <c>sagas_error</c> why. It stands in the place
/// of MassTransit's own faults, which are not for plain clients, and which log an exception for every unreadable
/// message.
/// </summary>
internal sealed class FailedMessageFilter(Refusals refusals, ILogger<FailedMessageFilter> logger)
    : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var exception = context.Exception is AggregateException all ? all.GetBaseException() : context.Exception;
        if (exception is not RequestRefusedException)
        {
            var reason = Reason(exception);
            // What a consumer or a saga failed on, MassTransit has logged.
            if (reason.Code == RefusalCodes.InternalError && !context.IsFaulted)
            {
                logger.MessageNotHandled(exception.GetType().Name, exception.StackTrace);
            }

            await refusals.RefuseAsync(context, "unreadable", reason);
        }

        context.AddOrUpdatePayload(() => SetAside.Marker, _ => SetAside.Marker);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("failedMessage");

    private static RequestRefused Reason(Exception exception) => exception switch
    {
        UnreadableMessageException unreadable => new() { Code = unreadable.Code, Message = unreadable.Message },
        JsonException { Path: { } path } => Malformed($"The message has a missing or wrong value at {path}."),
        SerializationException => Malformed("The message cannot be read."),
        _ => new()
        {
            Code = RefusalCodes.InternalError,
            Message = "The message could not be handled and was moved to the queue "
                + $"{SagaAddresses.Queue}_error. The worker's log says why.",
        },
    };

    private static RequestRefused Malformed(string message) =>
        new() { Code = RefusalCodes.MalformedMessage, Message = message };
}
