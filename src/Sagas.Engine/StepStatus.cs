namespace Sagas.Engine;

/// <summary>Where a step stands.</summary>
internal enum StepStatus
{
    /// <summary>No attempt was sent.</summary>
    Pending,

    /// <summary>
    /// The step is being executed: an attempt is in flight or waits, or the pause before the next one runs.
    /// </summary>
    Running,

    /// <summary>The step has had its effect, and it is not undone.</summary>
    Succeeded,

    /// <summary>Every attempt failed definitely: there is no effect.</summary>
    Failed,

    /// <summary>The attempts are over, and at least one of them may have had the effect.</summary>
    Unknown,

    /// <summary>An operator went on without the step.</summary>
    Skipped,

    /// <summary>The step is being undone.</summary>
    Compensating,

    /// <summary>The step was undone.</summary>
    Compensated,

    /// <summary>The attempts to undo the step are used up, or it was refused; an operator decides.</summary>
    CompensationFailed,

    /// <summary>An operator went on without undoing the step.</summary>
    CompensationSkipped,

    /// <summary>The saga turned back and the step has no compensation.</summary>
    PassedOver,
}
