using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>A step of a saga: what was tried, and how it stands.</summary>
internal sealed record StepInstance
{
    /// <summary>The step's name in the definition.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The parallel group that the step belongs to, from 1; <see langword="null"/> for a step that runs alone.
    /// </summary>
    public int? Group { get; init; }

    /// <summary>Where the step stands.</summary>
    public StepStatus Status { get; init; }

    /// <summary>Its place in the order of starting, from 1; <see langword="null"/> if it was not started.</summary>
    public int? Order { get; init; }

    /// <summary>The attempts to execute it.</summary>
    public StepProgress Execution { get; init; } = StepProgress.None;

    /// <summary>The attempts to compensate it.</summary>
    public StepProgress Compensation { get; init; } = StepProgress.None;

    /// <summary>
    /// When the engine must look at the step by itself: the answer in flight is overdue, or the pause before the next
    /// attempt is over. <see langword="null"/> while the step is not in hand.
    /// </summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether there is, or may be, an effect that the next run of the compensation has yet to undo.</summary>
    public bool CompensationOwed { get; init; }

    /// <summary>When its first attempt was sent.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its execution ended, well or badly.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was last undone.</summary>
    public DateTimeOffset? CompensatedAt { get; init; }

    /// <summary>Its last error, in either direction.</summary>
    public StepError? Error { get; init; }

    /// <summary>Whether attempts to execute it are over without a known success.</summary>
    public bool IsStuck => Status is StepStatus.Failed or StepStatus.Unknown;

    /// <summary>Whether it starts together with the other one.</summary>
    public bool IsBeside(StepInstance other) => Group is { } group && group == other.Group;

    /// <summary>The attempts of one direction.</summary>
    public StepProgress Progress(StepDirection direction) =>
        direction == StepDirection.Execute ? Execution : Compensation;

    /// <summary>The step with other attempts of one direction.</summary>
    public StepInstance With(StepDirection direction, StepProgress progress) =>
        direction == StepDirection.Execute ? this with { Execution = progress } : this with { Compensation = progress };
}
