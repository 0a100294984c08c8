namespace Sagas.Dashboard.Api;

/// <summary>Which step an operator skips, and why.</summary>
internal sealed record SkipBody : IReasonBody
{
    /// <summary>
    /// The step that is meant: a saga that has stopped elsewhere by now refuses, so that nothing is skipped that nobody gave up.
    /// </summary>
    public required string Step { get; init; }

    /// <summary>Why: 1 to 2,000 characters.</summary>
    public required string Reason { get; init; }
}
