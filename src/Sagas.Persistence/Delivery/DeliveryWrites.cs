using Sagas.Persistence.Outbox;

namespace Sagas.Persistence.Delivery;

/// <summary>
/// What a delivery writes, as data: rows and messages. It says nothing about who writes them, so several deliveries may
/// share a transaction.
/// </summary>
internal sealed class DeliveryWrites
{
    private readonly Lock _lock = new();
    private readonly List<RowWrite> _rows = [];
    private readonly List<CapturedMessage> _messages = [];
    private readonly List<Action> _afterCommit = [];
    private readonly HashSet<long> _predecessors = [];

    public IReadOnlyList<RowWrite> Rows => _rows;

    public IReadOnlyList<CapturedMessage> Messages => _messages;

    /// <summary>The rows of messages that these must not overtake, as they were at the commit.</summary>
    public IReadOnlyCollection<long> Predecessors => _predecessors;

    public bool IsEmpty => _rows.Count == 0 && _messages.Count == 0;

    /// <summary>Whether a row count must be looked at before the commit.</summary>
    public bool NeedsVerification => _rows.Any(row => row.NeedsVerification);

    /// <summary>What has been collected so far, for <see cref="ReturnTo"/>.</summary>
    public (int Rows, int Messages, int AfterCommit) Mark()
    {
        lock (_lock)
        {
            return (_rows.Count, _messages.Count, _afterCommit.Count);
        }
    }

    /// <summary>Drops what was collected since.</summary>
    public void ReturnTo((int Rows, int Messages, int AfterCommit) mark)
    {
        lock (_lock)
        {
            _afterCommit.RemoveRange(mark.AfterCommit, _afterCommit.Count - mark.AfterCommit);
            _rows.RemoveRange(mark.Rows, _rows.Count - mark.Rows);
            _messages.RemoveRange(mark.Messages, _messages.Count - mark.Messages);
        }
    }

    public void Add(RowWrite row)
    {
        lock (_lock)
        {
            _rows.Add(row);
        }
    }

    public void Add(CapturedMessage message)
    {
        lock (_lock)
        {
            _messages.Add(message);
        }
    }

    public void AfterCommit(Action action)
    {
        lock (_lock)
        {
            _afterCommit.Add(action);
        }
    }

    /// <summary>Notes that the messages must not overtake one that is there.</summary>
    public void AddPredecessor(long sequenceNumber)
    {
        _predecessors.Add(sequenceNumber);
    }

    /// <summary>Does what was to be done once everything is written.</summary>
    public void RunAfterCommit()
    {
        _afterCommit.ForEach(action => action());
    }
}
