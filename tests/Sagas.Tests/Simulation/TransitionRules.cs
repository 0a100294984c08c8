using Sagas.Contracts;
using Sagas.Worker.Orchestration;

namespace Sagas.Tests.Simulation;

/// <summary>Holds each decision of the engine against what the rules demand of it, given the facts.</summary>
internal sealed class TransitionRules
{
    private readonly SagaFacts _facts;
    private readonly SagaInput? _input;
    private readonly SagaInstance? _before;
    private readonly SagaTransition _transition;
    private readonly DateTimeOffset _now;
    private readonly CommandRules _commands;

    private TransitionRules(
        SagaFacts facts, SagaInput? input, SagaInstance? before, SagaTransition transition, DateTimeOffset now)
    {
        _facts = facts;
        _input = input;
        _before = before;
        _transition = transition;
        _now = now;
        _commands = new CommandRules(facts, transition, now);
    }

    private SagaInstance After => _transition.Saga;

    private StepFacts Replied => _facts.Steps.First(step => step.Name == ((SagaInput.Reply)_input!).Message.Step);

    public static void Check(
        SagaFacts facts, SagaInput? input, SagaInstance? before, SagaTransition transition, DateTimeOffset now)
    {
        now = EngineTime.Precise(now);
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
        rules.Require(
            transition.Saga.State == SagaStatus.Running || !facts.Running.Any(),
            Invariant.Together,
            "A saga does not wait for the others of the group");
        rules._commands.ExpectNoMore();
        InHandRules.Check(facts, transition.Saga);
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
            case Happening.Started:
                (_facts.StartedAt, _facts.State) = (_now, SagaStatus.Running);
                ExpectForward();
                break;
            case Happening.Executed:
                ExpectProceeding();
                break;
            case Happening.LateEffect:
                ExpectReopening();
                break;
            case Happening.Compensated:
                ExpectBack();
                break;
            case Happening.FailedRetryably or Happening.FailedForGood
                or Happening.LostRetryably or Happening.LostForGood:
                ExpectRepetition(Replied, happening);
                break;
            case Happening.PutOff:
                ExpectWait(Replied);
                break;
            case Happening.Due:
                ExpectWhatIsDue();
                break;
            case Happening.DeadlinePassed:
                ExpectTurnBack(Invariant.Deadline);
                break;
            case Happening.Retried:
                ExpectRetry();
                break;
            case Happening.Skipped:
                ExpectAdvance();
                break;
            case Happening.Cancelled:
                ExpectTurnBack(Invariant.Operators);
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
        Require(isSame && _commands.IsEmpty, Invariant.RepliesCount, "What does not count moves the saga");
        if (happening == Happening.Nothing)
        {
            Require(
                _transition.Messages.Count == 0 && After.Steps.SequenceEqual(_before.Steps),
                Invariant.RepliesCount,
                "What does not count changes a step");
        }
    }

    /// <summary>Something that was being executed is over.</summary>
    private void ExpectProceeding()
    {
        if (_facts.Running.Any())
        {
            return;
        }

        if (_facts.IsDoomed)
        {
            ExpectTurnBack(Invariant.Together);
        }
        else if (_facts.Steps.Where(step => step.IsStuck).MinBy(step => step.Order) is { } stuck)
        {
            ExpectSuspension(stuck, StepDirection.Execute, Invariant.Pivot);
        }
        else
        {
            ExpectForward();
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

        if (_facts.Deadline <= _now)
        {
            ExpectTurnBack(Invariant.Deadline);
            return;
        }

        var areDone = _facts.Steps.TakeWhile(step => step != next).All(step => step.HasSucceeded || step.IsSkipped);
        Require(areDone, Invariant.StepsInOrder, "A step before the next one is not done");
        _facts.Direction = StepDirection.Execute;
        foreach (var step in _facts.Steps.Where(step => step == next || step.IsBeside(next)))
        {
            step.Order = _facts.Steps.Max(step => step.Order) + 1;
            ExpectAttempt(step, Invariant.StepsInOrder);
        }
    }

    private void ExpectReopening()
    {
        if (!_facts.IsTerminal)
        {
            var isSame = After.State == _facts.State && After.DueAt == _facts.DueAt;
            Require(_commands.IsEmpty && isSame, Invariant.RepliesCount, "A late success moves the saga");
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

    private void ExpectTurnBack(string invariant)
    {
        Require(!_facts.HasPassedPivot, Invariant.Pivot, "A saga turns back past its pivot");
        Require(
            After.State is SagaStatus.Compensating or SagaStatus.Compensated,
            invariant,
            "The saga does not turn back");
        foreach (var step in _facts.Running)
        {
            step.GetStuck();
        }

        (_facts.HasTurnedBack, _facts.IsDoomed) = (true, false);
        foreach (var step in _facts.Steps)
        {
            step.IsStuck = false;
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

        Require(_commands.IsCompensation, Invariant.AllUndone, "There are steps that must be undone");
        (_facts.Step, _facts.Direction) = (next, StepDirection.Compensate);
        (next.IsOwed, next.IsRunDone) = (false, false);
        next.Compensation.SetStart = next.Compensation.RunStart = next.Compensation.Count;
        ExpectAttempt(next, Invariant.ReverseOrder);
    }

    /// <summary>Several steps of a group may be due at once; the first one that fails for good ends the others.</summary>
    private void ExpectWhatIsDue()
    {
        var (direction, turnedBack) = (_facts.Direction, _facts.HasTurnedBack);
        var due = _facts.Steps.Where(step => step.DueAt <= _now).OrderBy(step => step.Order).ToList();
        foreach (var step in due.TakeWhile(_ => _facts.HasTurnedBack == turnedBack))
        {
            if (direction == StepDirection.Execute && !step.IsRunning)
            {
                continue;
            }

            if (!step.IsAwaiting)
            {
                ExpectAttempt(step, Invariant.Attempts);
                continue;
            }

            step.Settle(direction, AttemptOutcome.Unknown);
            step.Wish = null;
            ExpectRepetition(step, Happening.TimedOut);
        }
    }

    private void ExpectRepetition(StepFacts step, Happening happening)
    {
        var direction = _facts.Direction;
        var retry = step.Plan(direction).Retry;
        var attempts = step.Of(direction).CountInSet;
        if (_facts.IsDoomed || happening is Happening.FailedForGood or Happening.LostForGood || attempts > retry.Retries)
        {
            ExpectGivingUp(step);
            return;
        }

        var isInHand = After.FindStep(step.Name)!.DueAt is not null;
        Require(isInHand, Invariant.Attempts, $"{attempts} of {1 + retry.Retries} attempts are used, and the saga gives up");
        if (happening == Happening.TimedOut && direction == StepDirection.Execute)
        {
            ExpectAttempt(step, Invariant.Attempts);
            return;
        }

        var isAtOnce = _commands.IsNext(step);
        PauseRules.Check(retry, attempts, step.Wish, isAtOnce ? TimeSpan.Zero : PauseOf(step));
        if (isAtOnce)
        {
            ExpectAttempt(step, Invariant.Attempts);
        }
    }

    private void ExpectWait(StepFacts step)
    {
        var isInHand = (After.State, After.CurrentStep, After.Direction, After.Attempt)
            == (_before!.State, _before.CurrentStep, _before.Direction, _before.Attempt);
        Require(isInHand && _commands.IsEmpty, Invariant.Waits, "A step that is put off moves the saga");
        PauseRules.CheckWait(((StepDeferred)((SagaInput.Reply)_input!).Message).Wait, PauseOf(step));
    }

    private void ExpectGivingUp(StepFacts step)
    {
        Require(!_commands.IsNext(step), Invariant.Attempts, "There is one attempt more than the policy allows");
        if (_facts.Direction == StepDirection.Compensate)
        {
            ExpectSuspension(step, StepDirection.Compensate, Invariant.Ends);
            return;
        }

        step.GetStuck();
        if (step.Definition.Pivot && step.MayHaveEffect)
        {
            ExpectSuspension(step, StepDirection.Execute, Invariant.Pivot);
            return;
        }

        if (!_facts.HasPassedPivot)
        {
            _facts.IsDoomed = true;
            foreach (var other in _facts.Running.Where(other => !other.IsAwaiting).ToList())
            {
                other.GetStuck();
            }
        }

        ExpectProceeding();
    }

    private void ExpectSuspension(StepFacts step, StepDirection direction, string invariant)
    {
        Require(After.State == SagaStatus.Suspended && _commands.IsEmpty, invariant, "The saga must be suspended");
        (_facts.Step, _facts.Direction) = (step, direction);
    }

    private void ExpectRetry()
    {
        var (step, direction) = (_facts.Step!, _facts.Direction);
        var stuck = direction == StepDirection.Execute
            ? _facts.Steps.Where(other => other.IsStuck).OrderBy(other => other.Order).ToList()
            : step.IsRunDone ? [] : [step];
        foreach (var other in stuck)
        {
            other.IsStuck = false;
            other.Of(direction).SetStart = other.Of(direction).Count;
            ExpectAttempt(other, Invariant.Operators);
        }

        if (stuck.Count == 0)
        {
            ExpectAdvance();
        }
    }

    private void ExpectAdvance()
    {
        if (_facts.Direction == StepDirection.Compensate)
        {
            ExpectBack();
        }
        else
        {
            ExpectProceeding();
        }
    }

    private void ExpectEnd(SagaStatus state, string invariant)
    {
        Require(After.State == state && _commands.IsEmpty, invariant, $"The saga is not {state}");
        _facts.Step = null;
    }

    private void ExpectAttempt(StepFacts step, string invariant)
    {
        step.IsRunning = _facts.Direction == StepDirection.Execute;
        _commands.Expect(step, invariant);
    }

    private TimeSpan? PauseOf(StepFacts step) => After.FindStep(step.Name)!.DueAt - _now;

    private void Require(bool condition, string invariant, string expectation)
    {
        Invariant.Require(
            condition,
            invariant,
            () => $"{expectation}; saga {_before?.State} to {After.State}, due {After.DueAt:O} at {_now:O}, {_commands}.");
    }
}
