using System.Threading.Channels;

namespace Sagas.Persistence;

/// <summary>Collects the rows of confirmed messages and deletes them together.</summary>
internal abstract class OutboxCleaner : HostedLifecycle
{
    private readonly Channel<long> _confirmed =
        Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });

    protected ChannelReader<long> Confirmed => _confirmed.Reader;

    public void Add(long sequenceNumber)
    {
        _confirmed.Writer.TryWrite(sequenceNumber);
    }

    protected void Complete()
    {
        _confirmed.Writer.TryComplete();
    }
}
