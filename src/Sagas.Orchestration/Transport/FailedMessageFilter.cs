using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Transport.PlainJson;
using Sagas.Persistence.Configuration;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Tells the sender of a message that is about to be moved to the error queue why. It stands in the place of
/// MassTransit's own faults, which are not for plain clients, go where the message says, and log an exception for every
/// unreadable message.
/// </summary>
internal sealed class FailedMessageFilter(
    string queue, Refusals refusals, TimeProvider clock, ILogger<FailedMessageFilter> logger)
    : IFilter<ExceptionReceiveContext>
{
    private readonly OnceInAWhile _exceptions = new(clock, RefusalLog.Window);

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var exception = context.Exception is AggregateException all ? all.GetBaseException() : context.Exception;
        if (exception is not RequestRefusedException)
        {
            var reason = Reason(exception);
            // What a consumer or a saga failed on, MassTransit has logged.
            if (reason.Code == RefusalCodes.InternalError && !context.IsFaulted && _exceptions.Take() is not null)
            {
                logger.MessageNotHandled(exception.GetType().Name, exception.StackTrace);
            }

            await refusals.RefuseAsync(context, "unreadable", reason);
        }

        context.AddOrUpdatePayload(() => SetAside.Marker, _ => SetAside.Marker);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("failedMessage");

    private RequestRefused Reason(Exception exception) => exception switch
    {
        UnreadableMessageException unreadable => new() { Code = unreadable.Code, Message = unreadable.Message },
        JsonException { Path: { } path } => Malformed($"The message has a missing or wrong value at {path}."),
        SerializationException => Malformed("The message cannot be read."),
        _ => new()
        {
            Code = RefusalCodes.InternalError,
            Message = "The message could not be handled and was moved to the queue "
                + $"{queue}_error. The worker's log says why.",
        },
    };

    private static RequestRefused Malformed(string message) =>
        new() { Code = RefusalCodes.MalformedMessage, Message = message };
}
