using Sagas.Contracts;
using Sagas.Worker.Orchestration;

namespace Sagas.Tests.Simulation;

/// <summary>Holds each decision of the engine against what the rules demand of it, given the facts.</summary>
internal sealed class TransitionRules
{
    private readonly SagaFacts _facts;
    private readonly SagaInstance? _before;
    private readonly SagaTransition _transition;
    private readonly DateTimeOffset _now;
    private readonly IStepCommand? _command;
    private readonly TimeSpan _putOffFor;

    private TransitionRules(
        SagaFacts facts, SagaInput? input, SagaInstance? before, SagaTransition transition, DateTimeOffset now)
    {
        _putOffFor = input is SagaInput.Reply { Message: StepDeferred { Wait: var wait } } ? wait : default;
        _facts = facts;
        _before = before;
        _transition = transition;
        _now = now;
        var commands = transition.Messages.OfType<OutgoingMessage.Command>().ToList();
        Invariant.Require(commands.Count <= 1, Invariant.OneInFlight, "Two commands leave at once.");
        _command = commands.FirstOrDefault()?.Message;
    }

    private SagaInstance After => _transition.Saga;

    public static void Check(
        SagaFacts facts, SagaInput? input, SagaInstance? before, SagaTransition transition, DateTimeOffset now)
    {
        if (input is SagaInput.Operator { Command: var command })
        {
            var refusal = facts.RefusalOf(command);
            Invariant.Require(
                refusal == transition.Refusal?.Code,
                Invariant.Operators,
                () => $"{command.GetType().Name} of a saga that is {before!.State}: expected refusal '{refusal}', was "
                    + $"'{transition.Refusal?.Code}'.");
        }

        var rules = new TransitionRules(facts, input, before, transition, now);
        rules.Check(facts.Take(input, now));
        facts.State = transition.Saga.State;
        facts.DueAt = transition.Saga.DueAt;
    }

    private void Check(Happening happening)
    {
        switch (happening)
        {
            case Happening.Nothing or Happening.Known:
                ExpectNothing(happening);
                break;
            case Happening.Started or Happening.Executed:
                ExpectForward();
                break;
            case Happening.LateEffect:
                ExpectReopening();
                break;
            case Happening.Compensated:
                ExpectBack();
                break;
            case Happening.FailedRetryably or Happening.FailedForGood or Happening.TimedOut
                or Happening.LostRetryably or Happening.LostForGood:
                ExpectRepetition(happening);
                break;
            case Happening.PutOff:
                ExpectWait();
                break;
            case Happening.PauseOver:
                ExpectAttempt(Invariant.Attempts);
                break;
            case Happening.Retried:
                ExpectRetry();
                break;
            case Happening.Skipped:
                ExpectAdvance();
                break;
            case Happening.Cancelled:
                ExpectTurnBack();
                break;
            case Happening.Aborted:
                ExpectEnd(SagaStatus.Aborted, Invariant.Operators);
                break;
        }
    }

    private void ExpectNothing(Happening happening)
    {
        var isSame = After.State == _before!.State
            && After.DueAt == _before.DueAt
            && After.CurrentStep == _before.CurrentStep
            && After.Direction == _before.Direction
            && After.Attempt == _before.Attempt;
        Require(isSame && _command is null, Invariant.RepliesCount, "What does not count moves the saga");
        if (happening == Happening.Nothing)
        {
            Require(
                _transition.Messages.Count == 0 && After.Steps.SequenceEqual(_before.Steps),
                Invariant.RepliesCount,
                "What does not count changes a step");
        }
    }

    private void ExpectForward()
    {
        var next = _facts.Steps.FirstOrDefault(step => step.Order == 0);
        if (next is null)
        {
            ExpectEnd(SagaStatus.Completed, Invariant.StepsInOrder);
            return;
        }

        var areDone = _facts.Steps.TakeWhile(step => step != next).All(step => step.HasSucceeded || step.IsSkipped);
        Require(areDone, Invariant.StepsInOrder, "A step before the next one is not done");
        next.Order = _facts.Steps.Max(step => step.Order) + 1;
        (_facts.Step, _facts.Direction) = (next, StepDirection.Execute);
        ExpectAttempt(Invariant.StepsInOrder);
    }

    private void ExpectReopening()
    {
        if (!_facts.IsTerminal)
        {
            var isSame = After.State == _facts.State && After.DueAt == _facts.DueAt;
            Require(_command is null && isSame, Invariant.RepliesCount, "A late success moves the saga");
        }
        else if (_facts.Steps.Any(step => step.IsOwed))
        {
            _facts.EndedAs = _facts.State;
            var isReopened = After.State == SagaStatus.Compensating;
            Require(isReopened, Invariant.AllUndone, "A late effect does not reopen the saga");
            ExpectBack();
        }
        else
        {
            ExpectEnd(_facts.State, Invariant.RepliesCount);
        }
    }

    private void ExpectTurnBack()
    {
        Require(!_facts.HasPassedPivot, Invariant.Pivot, "A saga turns back past its pivot");
        Require(
            After.State is SagaStatus.Compensating or SagaStatus.Compensated,
            Invariant.Attempts,
            "The attempts are over and the saga does not turn back");
        _facts.HasTurnedBack = true;
        foreach (var step in _facts.Steps)
        {
            step.IsOwed = step.MayHaveEffect && step.Definition.Compensation is not null;
        }

        ExpectBack();
    }

    private void ExpectBack()
    {
        if (_facts.Steps.Where(step => step.IsOwed).MaxBy(step => step.Order) is not { } next)
        {
            ExpectEnd(_facts.EndedAs ?? SagaStatus.Compensated, Invariant.AllUndone);
            return;
        }

        Require(
            _command is CompensateStep,
            Invariant.AllUndone,
            "There are steps that must be undone");
        (_facts.Step, _facts.Direction) = (next, StepDirection.Compensate);
        (next.IsOwed, next.IsRunDone) = (false, false);
        next.Compensation.SetStart = next.Compensation.RunStart = next.Compensation.Count;
        ExpectAttempt(Invariant.ReverseOrder);
    }

    private void ExpectRepetition(Happening happening)
    {
        var (step, direction) = (_facts.Step!, _facts.Direction);
        var retry = step.Plan(direction).Retry;
        var attempts = step.Of(direction).CountInSet;
        if (happening is Happening.FailedForGood or Happening.LostForGood || attempts > retry.Retries)
        {
            ExpectGivingUp(step, direction);
            return;
        }

        Require(
            (After.State, After.CurrentStep, After.Direction) == (_facts.State, step.Name, (StepDirection?)direction),
            Invariant.Attempts,
            $"{attempts} of {1 + retry.Retries} attempts are used, and the saga gives up");
        if (happening == Happening.TimedOut && direction == StepDirection.Execute)
        {
            ExpectAttempt(Invariant.Attempts);
            return;
        }

        PauseRules.Check(retry, attempts, _facts.Wish, _command is null ? After.DueAt - _now : TimeSpan.Zero);
        if (_command is not null)
        {
            ExpectAttempt(Invariant.Attempts);
        }
    }

    private void ExpectWait()
    {
        var isInHand = (After.State, After.CurrentStep, After.Direction, After.Attempt)
            == (_before!.State, _before.CurrentStep, _before.Direction, _before.Attempt);
        Require(isInHand && _command is null, Invariant.Waits, "A step that is put off moves the saga");
        PauseRules.CheckWait(_putOffFor, After.DueAt - _now);
    }

    private void ExpectGivingUp(StepFacts step, StepDirection direction)
    {
        var isRepeated = _command is not null
            && _command.Step == step.Name
            && _command is ExecuteStep == (direction == StepDirection.Execute);
        Require(!isRepeated, Invariant.Attempts, "There is one attempt more than the policy allows");
        var mustPark = direction == StepDirection.Compensate
            || _facts.HasPassedPivot
            || (step.Definition.Pivot && step.MayHaveEffect);
        if (!mustPark)
        {
            ExpectTurnBack();
            return;
        }

        Require(
            After.State == SagaStatus.Suspended && _command is null,
            direction == StepDirection.Compensate ? Invariant.Ends : Invariant.Pivot,
            "The saga must be suspended");
    }

    private void ExpectRetry()
    {
        var (step, direction) = (_facts.Step!, _facts.Direction);
        if (direction == StepDirection.Execute ? step.HasSucceeded : step.IsRunDone)
        {
            ExpectAdvance();
            return;
        }

        step.Of(direction).SetStart = step.Of(direction).Count;
        ExpectAttempt(Invariant.Operators);
    }

    private void ExpectAdvance()
    {
        if (_facts.Direction == StepDirection.Compensate)
        {
            ExpectBack();
        }
        else
        {
            ExpectForward();
        }
    }

    private void ExpectEnd(SagaStatus state, string invariant)
    {
        Require(After.State == state && _command is null, invariant, $"The saga is not {state}");
        (_facts.Step, _facts.IsAwaiting) = (null, false);
    }

    /// <summary>The next attempt of what is in hand leaves, under the right key.</summary>
    private void ExpectAttempt(string invariant)
    {
        var (step, direction) = (_facts.Step!, _facts.Direction);
        var attempts = step.Of(direction);
        Require(!_facts.IsAwaiting, Invariant.OneInFlight, "An answer is awaited still");
        var number = attempts.IsPutOff ? attempts.Count : attempts.Count + 1;
        var isIt = _command is not null
            && _command.Step == step.Name
            && _command is ExecuteStep == (direction == StepDirection.Execute)
            && _command.Attempt == number;
        Require(
            isIt,
            attempts.IsPutOff ? Invariant.Waits : invariant,
            $"{direction} {step.Name} #{number} must leave");

        var round = attempts.NextRound();
        var word = direction == StepDirection.Execute ? "execute" : "compensate";
        var key = $"{After.SagaId}/{step.Name}/{word}/{round}";
        Require(_command!.IdempotencyKey == key, Invariant.Keys, $"The key must be {key}");
        attempts.Send(round);
        _facts.IsAwaiting = true;
    }

    private void Require(bool condition, string invariant, string expectation)
    {
        Invariant.Require(
            condition,
            invariant,
            () => $"{expectation}; saga {_before?.State} to {After.State}, due {After.DueAt:O} at {_now:O}, "
                + $"{_command?.GetType().Name ?? "no command"} {_command?.Step} {_command?.IdempotencyKey}.");
    }
}
