namespace Sagas.Dashboard.Queries;

/// <summary>A saga in a list.</summary>
internal record SagaSummary
{
    /// <summary>The saga's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The definition's name.</summary>
    public required string Name { get; init; }

    /// <summary>The definition's version.</summary>
    public required int Version { get; init; }

    /// <summary>The state: one of <see cref="SagaStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>How far it has come.</summary>
    public required ProgressView Progress { get; init; }

    /// <summary>
    /// The step in hand; of a parallel group, the first that is not over. Absent in a terminal state.
    /// </summary>
    public string? CurrentStep { get; init; }

    /// <summary>The direction of that step, <c>Execute</c> or <c>Compensate</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>The attempt in hand of that direction, from 1; 0 in a terminal state.</summary>
    public int Attempt { get; init; }

    /// <summary>The code of what the step in hand waits for that could not be begun.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>
    /// When the worker looks at the saga by itself; absent in a terminal state and while it is suspended.
    /// </summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Why it turned back or was suspended.</summary>
    public FailureView? Failure { get; init; }

    /// <summary>Who started it over HTTP; absent if it was started by a message.</summary>
    public string? StartedBy { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>
    /// How often it has changed, from 1: of two readings the one with the higher number is the newer.
    /// </summary>
    public required int Revision { get; init; }
}
