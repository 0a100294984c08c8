using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;
using Sagas.Contracts;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>
/// Reads answers to the worker's own requests, and takes what cannot be read for an answer that nobody waits for: it is
/// counted, logged as a refusal and dropped. MassTransit logs an exception with its stack trace for every message that fails
/// at the bus's own endpoint, whatever is configured for its errors.
/// </summary>
internal sealed class AnswerSerializerFactory(ISerializerFactory factory, Refusals refusals) : ISerializerFactory
{
    public ContentType ContentType => factory.ContentType;

    public IMessageSerializer CreateSerializer() => factory.CreateSerializer();

    public IMessageDeserializer CreateDeserializer() => new Deserializer(factory.CreateDeserializer(), refusals);

    private sealed class Deserializer(IMessageDeserializer inner, Refusals refusals) : IMessageDeserializer
    {
        public ContentType ContentType => inner.ContentType;

        public void Probe(ProbeContext context) => inner.Probe(context);

        public MessageBody GetMessageBody(string text) => inner.GetMessageBody(text);

        public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
            inner.Deserialize(body, headers, destinationAddress);

        public ConsumeContext Deserialize(ReceiveContext receiveContext)
        {
            try
            {
                return inner.Deserialize(receiveContext);
            }
            catch (UnreadableMessageException exception)
            {
                refusals.NoteDropped(new RequestRefused { Code = exception.Code, Message = exception.Message });
                return new BodyConsumeContext(receiveContext, new SystemTextJsonSerializerContext(
                    SystemTextJsonMessageSerializer.Instance,
                    SystemTextJsonMessageSerializer.Options,
                    ContentType,
                    new RawMessageContext(
                        new DictionarySendHeaders(), receiveContext.InputAddress, RawSerializerOptions.Default),
                    [],
                    message: new object()));
            }
        }
    }
}
