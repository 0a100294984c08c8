using Sagas.Contracts;
using Sagas.Engine.Definitions;

namespace Sagas.Engine;

/// <summary>How one direction of a step is carried out.</summary>
internal readonly record struct DirectionPlan(Participant Participant, TimeSpan Timeout, RetryPolicy Retry)
{
    /// <summary>The plan of that direction.</summary>
    /// <exception cref="InvalidOperationException">The step has no compensation, and it was asked for.</exception>
    public static DirectionPlan Of(StepDefinition step, StepDirection direction)
    {
        if (direction == StepDirection.Execute)
        {
            return new(step.Participant, step.Timeout, step.Retry);
        }

        var compensation = step.Compensation
            ?? throw new InvalidOperationException($"Step '{step.Name}' has no compensation.");
        return new(compensation.Participant, compensation.Timeout, compensation.Retry);
    }
}
