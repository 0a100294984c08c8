using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using Sagas.Contracts;
using Sagas.Worker.Transport.PlainJson;

namespace Sagas.Worker.Transport;

/// <summary>
/// Stands around everything that happens to a received body. What cannot be read, or is of a type that nobody consumes
/// here, is refused to its sender; MassTransit then moves it to <c>sagas_error</c> or <c>sagas_skipped</c>.
/// </summary>
internal sealed class UnreadableMessageFilter(Refusals refusals) : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (Reason(exception) is { } reason)
        {
            await refusals.RefuseAsync(context, "unreadable", reason);
            throw;
        }

        if (context is { IsDelivered: false, IsFaulted: false })
        {
            await refusals.RefuseAsync(context, "unknown", new RequestRefused
            {
                Code = RefusalCodes.UnknownMessageType,
                Message = $"The message's type is none that the queue '{SagaAddresses.Queue}' takes. It takes: "
                    + $"{MessageTypeNames.Known}.",
            });
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("unreadableMessage");

    private static RequestRefused? Reason(Exception exception) => exception switch
    {
        UnreadableMessageException unreadable => new() { Code = unreadable.Code, Message = unreadable.Message },
        JsonException { Path: { } path } => Malformed($"The message has a missing or wrong value at {path}."),
        SerializationException { InnerException: JsonException { Path: { } path } } =>
            Malformed($"The envelope or its message has a missing or wrong value at {path}."),
        SerializationException => Malformed("The body is not a MassTransit envelope, although its content type says so."),
        _ => null,
    };

    private static RequestRefused Malformed(string message) =>
        new() { Code = RefusalCodes.MalformedMessage, Message = message };
}
