using System.Collections.Concurrent;
using Sagas.Persistence.Clock;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// The rows of messages that this process knows to be confirmed: those that nobody has deleted yet, and those that were
/// deleted a moment ago, since a delivery may have read a row before that and ask for it afterwards.
/// </summary>
/// <remarks>Any thread may add and ask; one thread deletes. No database gives a number to a second row.</remarks>
internal sealed class ConfirmedRows([SagaClock] TimeProvider clock)
{
    /// <summary>
    /// How long a deleted row is known at least; twice that at most while others are deleted. Longer than transactions
    /// take from their last statement to the end of their commit.
    /// </summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, bool> _rows = new();
    private List<long> _deleted = [];
    private List<long> _deletedBefore = [];
    private long _since = clock.GetTimestamp();

    public void Add(long sequenceNumber)
    {
        _rows[sequenceNumber] = true;
    }

    public bool Contains(long sequenceNumber)
    {
        return _rows.ContainsKey(sequenceNumber);
    }

    /// <summary>Notes that rows are deleted, and forgets those that have been for long enough.</summary>
    public void MarkDeleted(IEnumerable<long> sequenceNumbers)
    {
        if (clock.GetElapsedTime(_since) >= Memory)
        {
            _deletedBefore.ForEach(number => _rows.TryRemove(number, out _));
            (_deletedBefore, _deleted) = (_deleted, []);
            _since = clock.GetTimestamp();
        }

        _deleted.AddRange(sequenceNumbers);
    }
}
