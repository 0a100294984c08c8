namespace Sagas.Engine;

/// <summary>What happens by itself: a pause is over, an answer is overdue, the saga's own deadline passes.</summary>
internal static class DueRules
{
    /// <summary>The saga may be due. Does nothing at all to one that is not.</summary>
    public static void Apply(Transition transition)
    {
        if (transition.Saga.DueAt is null || transition.Now < transition.Saga.DueAt)
        {
            return;
        }

        if (DeadlineRules.HasPassed(transition))
        {
            DeadlineRules.TurnBack(transition);
            return;
        }

        // Each takes its step out of those that are due; several of a group may be due at once.
        var direction = transition.Saga.Direction!.Value;
        while (FirstDue(transition) is { } step && transition.Saga.Direction == direction)
        {
            AttemptRules.Due(transition, step, direction);
        }
    }

    /// <summary>When to look at the saga next, or <see langword="null"/> if it waits for nothing.</summary>
    public static DateTimeOffset? NextAt(Transition transition)
    {
        if (transition.Saga.State is not (SagaStatus.Running or SagaStatus.Compensating))
        {
            return null;
        }

        var step = transition.Saga.Steps.Min(step => step.DueAt);
        return DeadlineRules.At(transition) is { } deadline && deadline < step ? deadline : step;
    }

    private static StepInstance? FirstDue(Transition transition) => transition.Saga.Steps
        .Where(step => step.DueAt <= transition.Now)
        .MinBy(step => step.Order);
}
