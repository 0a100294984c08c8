using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Sagas.Persistence;

/// <summary>Collects the rows of confirmed messages and deletes them together.</summary>
internal abstract class OutboxCleaner : HostedLifecycle
{
    private readonly Channel<long> _confirmed =
        Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });

    private readonly ConcurrentDictionary<long, bool> _rows = new();

    protected ChannelReader<long> Confirmed => _confirmed.Reader;

    public void Add(long sequenceNumber)
    {
        _rows[sequenceNumber] = true;
        _confirmed.Writer.TryWrite(sequenceNumber);
    }

    /// <summary>Whether a row stands for a message that is confirmed, and is still there because nobody has deleted it.</summary>
    public bool IsConfirmed(long sequenceNumber)
    {
        return _rows.ContainsKey(sequenceNumber);
    }

    protected void Forget(IEnumerable<long> sequenceNumbers)
    {
        foreach (var number in sequenceNumbers)
        {
            _rows.TryRemove(number, out _);
        }
    }

    protected void Complete()
    {
        _confirmed.Writer.TryComplete();
    }
}
