using Sagas.Contracts;
using Sagas.Contracts.Text;

namespace Sagas.Engine;

/// <summary>
/// A saga's own deadline: a saga that has not passed its pivot, or come to its end, by then turns back as if it was
/// cancelled.
/// </summary>
internal static class DeadlineRules
{
    /// <summary>
    /// When the saga turns back by itself, or <see langword="null"/>: it has no deadline, or cannot turn back now.
    /// </summary>
    public static DateTimeOffset? At(Transition transition) =>
        transition.Definition.Deadline is { } time
        && transition.Saga.State == SagaStatus.Running
        && !ForwardRules.HasPassedPivot(transition)
        && ForwardRules.PivotUnderWay(transition) is null
            ? EngineTime.Precise(transition.Saga.StartedAt + time)
            : null;

    /// <summary>Whether the saga is to turn back now.</summary>
    public static bool HasPassed(Transition transition) => At(transition) <= transition.Now;

    /// <summary>Turns the saga back; steps in flight count as unknown.</summary>
    public static void TurnBack(Transition transition)
    {
        var step = transition.Saga.CurrentStep!;
        var time = Duration.Format(transition.Definition.Deadline!.Value);
        var failure = transition.Saga.Failure ?? new SagaFailure(
            step,
            StepDirection.Execute,
            FailureCodes.DeadlineExceeded,
            $"The saga had neither ended nor passed a pivot within {time} of its start.");
        transition.Record(HistoryEvents.SagaDeadlinePassed, step, StepDirection.Execute);
        ForwardRules.Abandon(transition);
        CompensationRules.TurnBack(transition, failure);
    }
}
