using System.Net.Mime;
using System.Text;
using MassTransit;

namespace Sagas.Persistence;

/// <summary>A body that was serialized before, and the serializer that hands it out again.</summary>
internal sealed class CapturedBody(ContentType contentType, byte[] bytes) : MessageBody, IMessageSerializer
{
    public ContentType ContentType => contentType;

    public long? Length => bytes.Length;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class
    {
        return this;
    }

    public Stream GetStream()
    {
        return new MemoryStream(bytes, writable: false);
    }

    public byte[] GetBytes()
    {
        return bytes;
    }

    public string GetString()
    {
        return Encoding.UTF8.GetString(bytes);
    }
}
