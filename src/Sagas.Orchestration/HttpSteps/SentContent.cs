using System.Net;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// A body, empty for a request without one, that tells when the request begins to go out. Before that the service
/// cannot have acted; and as long as a request has a body, it is never sent a second time behind the worker's back.
/// </summary>
internal sealed class SentContent(ReadOnlyMemory<byte> body, Action begins) : HttpContent
{
    public bool HasBegun { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        HasBegun = true;
        begins();
        await stream.WriteAsync(body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
