using System.Threading.Channels;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Outbox;

/// <summary>Collects the rows of confirmed messages and deletes them together.</summary>
internal abstract class OutboxCleaner(ConfirmedRows rows) : HostedLifecycle, IConfirmations
{
    private readonly Channel<long> _confirmed =
        Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });

    protected ChannelReader<long> Confirmed => _confirmed.Reader;

    public void Add(long sequenceNumber)
    {
        rows.Add(sequenceNumber);
        _confirmed.Writer.TryWrite(sequenceNumber);
    }

    /// <summary>
    /// Whether a row stands for a message that is confirmed: nobody has deleted it yet, or somebody has a moment ago.
    /// </summary>
    public bool IsConfirmed(long sequenceNumber)
    {
        return rows.Contains(sequenceNumber);
    }

    protected void MarkDeleted(IEnumerable<long> sequenceNumbers)
    {
        rows.MarkDeleted(sequenceNumbers);
    }

    protected void Complete()
    {
        _confirmed.Writer.TryComplete();
    }
}
