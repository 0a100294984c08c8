namespace Sagas.Persistence;

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
}
