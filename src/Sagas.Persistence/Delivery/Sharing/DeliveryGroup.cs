using System.Data;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>
/// Deliveries that share a transaction. Each computes by itself; whenever all of them wait, the database is asked what
/// they ask, and when none asks any more, everything is written and committed at once.
/// </summary>
internal sealed class DeliveryGroup
{
    /// <summary>
    /// For how long deliveries may compute before the others go on without them: whoever waits for something else would
    /// have all wait.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly HashSet<object> _subjects = [];
    private readonly List<Writing> _writing = [];
    private readonly HashSet<DeliveryTransaction> _computing = [];
    private readonly HashSet<DeliveryTransaction> _haveWritten = [];
    private List<Question> _asking = [];
    private List<Question> _answering = [];
    private TaskCompletionSource _allWait = NewSignal();
    private Exception? _failure;
    private bool _mustRollBack;

    public DeliveryGroup(IReadOnlyList<Question> first)
    {
        _asking.AddRange(first);
        _subjects.UnionWith(first.Select(question => question.Query.Subject));
    }

    /// <summary>
    /// Carries the group through its transaction. Whoever calls it has to tell the deliveries of what it throws.
    /// </summary>
    /// <param name="session">The connection.</param>
    /// <param name="isolationLevel">The transaction's isolation level.</param>
    /// <param name="clock">The clock.</param>
    public async Task RunAsync(DatabaseSession session, IsolationLevel isolationLevel, TimeProvider clock)
    {
        await using var transaction = await session.Connection.BeginTransactionAsync(isolationLevel);
        var settings = _asking.Count > 1 ? session.Dialect.BeginShared() : [];
        while (TakeQuestions() is { Count: > 0 } questions)
        {
            SqlStatement[] statements =
            [
                .. settings,
                .. questions
                    .Select(question => question.Query)
                    .GroupBy(query => query.Kind)
                    .SelectMany(kind => kind.First().ToStatements(session.Dialect, [.. kind])),
            ];
            settings = [];
            await session.Dialect.ExecuteAsync(transaction, statements, false, CancellationToken.None);
            NoteWritten(questions);
            questions.ForEach(question => question.Answered.SetResult(this));
            await AllWaitAsync(clock);
            ThrowIfRolledBack();
        }

        if (_writing.Count > 0)
        {
            var commitsAtOnce = !_writing.Any(one => one.Writes.NeedsVerification);
            var batch = new WriteBatch([.. _writing.Select(one => one.Writes)], session.Dialect);
            await session.Dialect.ExecuteAsync(
                transaction, batch.ToStatements(session.Map<OutboxMessage>()), commitsAtOnce, CancellationToken.None);
            if (!commitsAtOnce)
            {
                await transaction.CommitAsync(CancellationToken.None);
            }

            _writing.ForEach(one => one.Written.SetResult());
        }
    }

    /// <summary>Has every delivery that still takes part go alone.</summary>
    public void Fail(Exception reason)
    {
        lock (_lock)
        {
            _failure = reason;
            _answering.ForEach(question => question.Answered.TrySetException(Failed(reason)));
            _asking.ForEach(question => question.Answered.TrySetException(Failed(reason)));
            _writing.ForEach(one => one.Written.TrySetException(Failed(reason)));
        }
    }

    /// <summary>Has the database answer a query, together with those of the others.</summary>
    /// <exception cref="SharedTransactionException">
    /// The transaction failed, or another delivery has the same in hand.
    /// </exception>
    public async Task AskAsync(DeliveryTransaction member, DeliveryQuery query)
    {
        var question = new Question(member, query);
        lock (_lock)
        {
            ThrowIfOver(member);
            if (!_subjects.Add(query.Subject))
            {
                throw new SharedTransactionException("Another delivery of the transaction has the same in hand.");
            }

            _asking.Add(question);
            StopComputing(member);
        }

        await question.Answered.Task;
    }

    /// <summary>Hands in what the delivery writes, and waits until it is committed.</summary>
    /// <exception cref="SharedTransactionException">The transaction failed.</exception>
    public async Task CommitAsync(DeliveryTransaction member, DeliveryWrites writes)
    {
        var one = new Writing(writes);
        lock (_lock)
        {
            ThrowIfOver(member);
            _writing.Add(one);
            StopComputing(member);
        }

        await one.Written.Task;
    }

    /// <summary>Ends the delivery's part without a write; the others go on.</summary>
    public void Leave(DeliveryTransaction member)
    {
        lock (_lock)
        {
            GiveUp(member);
            StopComputing(member);
        }
    }

    private static SharedTransactionException Failed(Exception reason)
    {
        return new SharedTransactionException($"The shared transaction failed: {reason.Message}", reason);
    }

    private static TaskCompletionSource NewSignal()
    {
        return new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private List<Question> TakeQuestions()
    {
        lock (_lock)
        {
            (_answering, _asking) = (_asking, []);
            _computing.UnionWith(_answering.Select(question => question.Member));
            _allWait = NewSignal();
            return _answering;
        }
    }

    /// <summary>Waits until nobody computes any more; those that take too long are left behind.</summary>
    private async Task AllWaitAsync(TimeProvider clock)
    {
        try
        {
            await _allWait.Task.WaitAsync(Patience, clock);
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                foreach (var member in _computing)
                {
                    GiveUp(member);
                }

                _computing.Clear();
            }
        }
    }

    private void NoteWritten(IEnumerable<Question> questions)
    {
        lock (_lock)
        {
            _haveWritten.UnionWith(
                questions.Where(question => question.Query.HasWritten).Select(question => question.Member));
        }
    }

    /// <summary>Goes on without a member, unless the transaction has a part of what that one was to write.</summary>
    private void GiveUp(DeliveryTransaction member)
    {
        _mustRollBack |= _computing.Contains(member) && _haveWritten.Contains(member);
    }

    private void ThrowIfRolledBack()
    {
        lock (_lock)
        {
            if (_mustRollBack)
            {
                throw new SharedTransactionException("A delivery that had written a part of its work gave up.");
            }
        }
    }

    private void StopComputing(DeliveryTransaction member)
    {
        if (_computing.Remove(member) && _computing.Count == 0)
        {
            _allWait.SetResult();
        }
    }

    private void ThrowIfOver(DeliveryTransaction member)
    {
        if (_failure is not null)
        {
            throw Failed(_failure);
        }

        if (!_computing.Contains(member))
        {
            throw new SharedTransactionException("The others went on without the delivery, which took too long.");
        }
    }

    /// <summary>A query of a delivery that waits for the answer.</summary>
    internal sealed record Question(DeliveryTransaction Member, DeliveryQuery Query)
    {
        public TaskCompletionSource<DeliveryGroup> Answered { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Writing(DeliveryWrites Writes)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
