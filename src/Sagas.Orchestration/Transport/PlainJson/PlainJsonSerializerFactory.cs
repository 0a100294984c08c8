using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>Reads and writes bodies that are the message itself, without MassTransit's envelope.</summary>
internal sealed class PlainJsonSerializerFactory(MessageLimits limits) : ISerializerFactory
{
    public ContentType ContentType => SystemTextJsonRawMessageSerializer.JsonContentType;

    public IMessageSerializer CreateSerializer() => new SystemTextJsonRawMessageSerializer();

    public IMessageDeserializer CreateDeserializer() => new PlainJsonDeserializer(limits);
}
