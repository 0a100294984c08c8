using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>What operators may do.</summary>
internal static class OperatorRules
{
    public static SagaTransition Apply(Transition transition, IOperatorCommand command)
    {
        var saga = transition.Saga;
        var name = command.GetType().Name;
        if (string.IsNullOrWhiteSpace(command.Operator) || string.IsNullOrWhiteSpace(command.Reason))
        {
            return transition.Refuse(
                RefusalCodes.MissingReason,
                $"{name} needs to say who wants it and why: give both 'operator' and 'reason'.");
        }

        var expected = command is CancelSaga ? SagaStatus.Running : SagaStatus.Suspended;
        if (saga.State != expected)
        {
            return transition.Refuse(
                RefusalCodes.InvalidState,
                $"{name} is for a saga that is {expected}; saga {saga.SagaId} is {saga.State}.");
        }

        var step = saga.FindStep(saga.CurrentStep)!;
        if (command is CancelSaga && PastPivot(transition) is { } refusal)
        {
            return transition.Refuse(RefusalCodes.PastPivot, refusal);
        }

        if (command is SkipStep { Step: var meant } && meant != step.Name)
        {
            return transition.Refuse(
                RefusalCodes.InvalidState,
                $"Saga {saga.SagaId} is suspended at step '{step.Name}', not at "
                + $"'{EngineText.Limit(meant, EngineText.MaxName)}'. See whether that one is to be skipped as well.");
        }

        var detail = new HistoryDetail
        {
            Operator = EngineText.Limit(command.Operator, EngineText.MaxOperator),
            Reason = EngineText.Limit(command.Reason, EngineText.MaxMessage),
        };
        switch (command)
        {
            case RetrySaga:
                Retry(transition, step, detail);
                break;
            case SkipStep:
                Skip(transition, step, detail);
                break;
            case CancelSaga:
                Cancel(transition, step, detail);
                break;
            case AbortSaga:
                Abort(transition, detail);
                break;
            default:
                throw new ArgumentException($"{name} is no command that the engine knows.", nameof(command));
        }

        return transition.Finish();
    }

    private static void Retry(Transition transition, StepInstance step, HistoryDetail detail)
    {
        var direction = transition.Saga.Direction!.Value;
        transition.Record(HistoryEvents.SagaRetried, step.Name, direction, detail: detail);
        Resume(transition);

        // Late answers may have settled steps while the saga was suspended; of a group there may be others.
        var stuck = direction == StepDirection.Execute
            ? transition.Saga.Steps.Where(other => other.IsStuck).OrderBy(other => other.Order ?? int.MaxValue).ToList()
            : step.Status == StepStatus.CompensationFailed ? [step] : [];
        foreach (var other in stuck)
        {
            var anew = other.With(direction, other.Progress(direction).NewSet());
            if (direction == StepDirection.Compensate)
            {
                AttemptRules.Send(transition, anew, direction);
            }
            else if (SizeRules.ObjectionTo(transition, anew, direction) is { } error)
            {
                ForwardRules.NotSent(transition, anew, error);
            }
            else
            {
                transition.Send(anew, direction);
            }
        }

        if (direction == StepDirection.Execute || stuck.Count == 0)
        {
            Proceed(transition);
        }
    }

    private static void Skip(Transition transition, StepInstance step, HistoryDetail detail)
    {
        var direction = transition.Saga.Direction!.Value;
        transition.Record(HistoryEvents.StepSkipped, step.Name, direction, detail: detail);
        if (step.IsStuck)
        {
            transition.Update(step with { Status = StepStatus.Skipped });
        }
        else if (step.Status == StepStatus.CompensationFailed)
        {
            transition.Update(step with { Status = StepStatus.CompensationSkipped, CompensationOwed = false });
        }

        Resume(transition);
        Proceed(transition);
    }

    private static void Cancel(Transition transition, StepInstance step, HistoryDetail detail)
    {
        ForwardRules.Abandon(transition);
        transition.Record(HistoryEvents.SagaCancelled, step.Name, StepDirection.Execute, detail: detail);
        var message = EngineText.Limit($"Cancelled by {detail.Operator}: {detail.Reason}", EngineText.MaxMessage);
        CompensationRules.TurnBack(
            transition,
            new SagaFailure(step.Name, StepDirection.Execute, FailureCodes.Cancelled, message));
    }

    private static void Abort(Transition transition, HistoryDetail detail)
    {
        // What is left is the operator's from now on; only an effect that nobody knew of is still undone.
        foreach (var step in transition.Saga.Steps.Where(step => step.CompensationOwed))
        {
            transition.Update(step with { CompensationOwed = false });
        }

        transition.End(SagaStatus.Aborted, HistoryEvents.SagaAborted, detail);
        transition.Publish(SagaEvents.Aborted(transition, detail.Operator!, detail.Reason!));
    }

    private static string? PastPivot(Transition transition)
    {
        if (ForwardRules.HasPassedPivot(transition))
        {
            return $"Saga {transition.Saga.SagaId} is past its pivot and only goes forward.";
        }

        return ForwardRules.PivotUnderWay(transition) is { } pivot
            ? $"The pivot step '{pivot.Name}' of saga {transition.Saga.SagaId} may have had its effect already."
            : null;
    }

    private static void Resume(Transition transition) => transition.Saga = transition.Saga with
    {
        State = transition.Saga.HasTurnedBack ? SagaStatus.Compensating : SagaStatus.Running,
        Failure = transition.Saga.Failure?.Cause,
    };

    private static void Proceed(Transition transition)
    {
        if (transition.Saga.State == SagaStatus.Compensating)
        {
            CompensationRules.Advance(transition);
        }
        else
        {
            ForwardRules.Proceed(transition);
        }
    }
}
