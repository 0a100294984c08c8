using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>
/// Reads MassTransit's envelope as <see cref="EnvelopeDeserializer"/> does, and writes it as MassTransit does.
/// </summary>
internal sealed class EnvelopeSerializerFactory(MessageLimits limits) : ISerializerFactory
{
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public IMessageSerializer CreateSerializer() => new SystemTextJsonMessageSerializer();

    public IMessageDeserializer CreateDeserializer() => new EnvelopeDeserializer(limits);
}
