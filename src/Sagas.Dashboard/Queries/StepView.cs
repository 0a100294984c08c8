namespace Sagas.Dashboard.Queries;

/// <summary>A step of a saga, as the column <c>steps</c> of <c>saga_state</c> has it.</summary>
internal sealed record StepView
{
    /// <summary>The step's name.</summary>
    public required string Name { get; init; }

    /// <summary>The parallel group that it belongs to, from 1; absent for a step that runs alone.</summary>
    public int? Group { get; init; }

    /// <summary>Where it stands: <c>Pending</c>, <c>Running</c>, <c>Succeeded</c> and so on.</summary>
    public required string Status { get; init; }

    /// <summary>Its place in the order of starting, from 1; absent if it was not started.</summary>
    public int? Order { get; init; }

    /// <summary>How many attempts to execute it were sent.</summary>
    public int Attempts { get; init; }

    /// <summary>How many attempts to compensate it were sent.</summary>
    public int CompensationAttempts { get; init; }

    /// <summary>When its first attempt was sent.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its execution ended, well or badly.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was last undone.</summary>
    public DateTimeOffset? CompensatedAt { get; init; }

    /// <summary>When the worker looks at it by itself; absent unless the step is in hand.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Its last error, in either direction.</summary>
    public StepErrorView? Error { get; init; }

    /// <summary>The code of what the step waits for that could not be begun.</summary>
    public string? WaitsFor { get; init; }
}
