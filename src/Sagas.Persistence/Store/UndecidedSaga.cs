using Sagas.Persistence.Outbox;

namespace Sagas.Persistence.Store;

/// <summary>
/// A row of <c>undecided_saga</c>: a saga that a worker could not decide about, because it cannot read the saga's
/// definition or row, or because deciding failed. It is looked at again after a pause that grows.
/// </summary>
/// <remarks>
/// The row counts only while the saga's row has the version that it had then: every worker that changes the saga, one
/// that does not know this table included, ends it.
/// </remarks>
public sealed class UndecidedSaga
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>The saga.</summary>
    public Guid SagaId { get; set; }

    /// <summary>
    /// The version of the saga's row that could not be decided about; -1 for a saga that has not started.
    /// </summary>
    public int RowVersion { get; set; }

    /// <summary>How often it was looked at in vain, from 1.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was looked at in vain for the first time (UTC).</summary>
    public DateTime FirstAt { get; set; }

    /// <summary>When it was looked at in vain for the last time (UTC).</summary>
    public DateTime LastAt { get; set; }

    /// <summary>When it is looked at again (UTC).</summary>
    public DateTime NextLookAt { get; set; }

    /// <summary>Why it could not be decided about the last time: one line of at most 500 characters.</summary>
    public string Reason { get; set; } = "";

    /// <summary>The machine of the worker that could not decide the last time.</summary>
    public string Worker { get; set; } = "";

    /// <summary>
    /// The row of a saga that could not be decided about now: it is left alone for a while, from a second, doubled with
    /// each attempt, up to 5 minutes.
    /// </summary>
    /// <param name="found">The row that is there. It counts only if the saga has not changed since.</param>
    /// <param name="sagaId">The saga.</param>
    /// <param name="version">The version of the saga's row.</param>
    /// <param name="reason">Why it could not be decided about.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="random">Random numbers from 0 to less than 1.</param>
    internal static UndecidedSaga After(
        UndecidedSaga? found, Guid sagaId, int version, string reason, DateTime now, Func<double> random)
    {
        var earlier = found?.RowVersion == version ? found : null;
        var attempts = earlier?.Attempts ?? 1;
        return new UndecidedSaga
        {
            SagaId = sagaId,
            RowVersion = version,
            Attempts = attempts,
            FirstAt = earlier?.FirstAt ?? now,
            LastAt = now,
            NextLookAt = now + OutboxBackoff.After(attempts, FirstPause, LongestPause, random),
            Reason = reason,
            Worker = Environment.MachineName,
        };
    }
}
