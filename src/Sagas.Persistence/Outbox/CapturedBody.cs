using System.Net.Mime;
using MassTransit;

namespace Sagas.Persistence;

/// <summary>A body that was serialized before, and the serializer that hands it out again.</summary>
internal sealed class CapturedBody(ContentType contentType, MessageBody body) : MessageBody, IMessageSerializer
{
    public ContentType ContentType => contentType;

    public long? Length => body.Length;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class
    {
        return this;
    }

    public Stream GetStream()
    {
        return body.GetStream();
    }

    public byte[] GetBytes()
    {
        return body.GetBytes();
    }

    public string GetString()
    {
        return body.GetString();
    }
}
