using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using Sagas.Contracts;
using Sagas.Worker.Transport.PlainJson;

namespace Sagas.Worker.Transport;

/// <summary>Refuses to its sender what cannot be read, before MassTransit moves it to the queue <c>sagas_error</c>.</summary>
internal sealed class UnreadableMessageFilter(Refusals refusals) : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (Reason(context.Exception) is { } reason)
        {
            await refusals.RefuseAsync(context, "unreadable", reason);
        }

        await next.Send(context);
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
