using System.Net.Mime;
using MassTransit;

namespace Sagas.Persistence.Outbox;

/// <summary>A body that was serialized before, and the serializer that hands it out again.</summary>
/// <param name="contentType">The body's format.</param>
/// <param name="body">The body.</param>
/// <param name="attempt">Is told when the transport takes the bytes.</param>
internal sealed class CapturedBody(ContentType contentType, MessageBody body, SendAttempt? attempt = null)
    : MessageBody, IMessageSerializer
{
    public ContentType ContentType => contentType;

    public long? Length => body.Length;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class
    {
        return this;
    }

    /// <summary>The same for one attempt to send it.</summary>
    public CapturedBody For(SendAttempt sending)
    {
        return new CapturedBody(contentType, body, sending);
    }

    public Stream GetStream()
    {
        attempt?.Take();
        return body.GetStream();
    }

    public byte[] GetBytes()
    {
        attempt?.Take();
        return body.GetBytes();
    }

    public string GetString()
    {
        return body.GetString();
    }
}
