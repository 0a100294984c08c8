using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Participants;

namespace Sagas.Tests.Simulation;

/// <summary>Who carries out a step of a saga, well or badly, and what came of it.</summary>
internal sealed class SimulatedParticipant
{
    /// <summary>The longest that one wants to be left alone.</summary>
    public static readonly TimeSpan LongestWish = TimeSpan.FromSeconds(40);

    private static readonly StepOutcome Done = StepOutcome.Succeeded("done");

    /// <summary>Some are too large by themselves, most are together with others.</summary>
    private const int LargestResult = 2200;

    private static readonly StepOutcome NotNow = StepOutcome.Retry("NO", "No.");
    private static readonly StepOutcome Never = StepOutcome.Failed("NO", "No.");

    private readonly World _world;
    private readonly SimulatedSaga _saga;
    private readonly string _step;
    private readonly Dice _dice;
    private readonly SimulatedBarrier _barrier;
    private readonly Dictionary<string, Answer> _answers = [];

    // The keys under which it has reported a success.
    private readonly HashSet<string> _done = [];

    // Some are broken for a time: the retries of a step are used up now and then.
    private readonly double _failsAlways;
    private bool _hasCompensated;

    public SimulatedParticipant(World world, SimulatedSaga saga, string step, Dice dice)
    {
        _world = world;
        _saga = saga;
        _step = step;
        _dice = dice;
        _barrier = new SimulatedBarrier(world.Coverage);
        Kind = (ParticipantKind)dice.Next(4);
        _failsAlways = dice.Chance(0.05) ? 0.8 : 0;
    }

    public ParticipantKind Kind { get; }

    public string Step => _step;

    /// <summary>What it did, in order.</summary>
    public List<Effect> Effects { get; } = [];

    public void Receive(IStepCommand command)
    {
        var faults = _world.Faults;
        if (faults.Happens(Fault.ParticipantHangs, _dice))
        {
            return;
        }

        if (faults.Happens(Fault.ParticipantCrashesBeforeEffect, _dice))
        {
            _world.After(_dice.Between(0.1, 60), () => Receive(command));
            return;
        }

        if (faults.Happens(Fault.StepPutOff, _dice))
        {
            PutOff(command);
            return;
        }

        var delivery = new StepDelivery(
            command, command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate);
        var (reply, effect) = Kind == ParticipantKind.Barrier ? BehindBarrier(delivery) : ByKey(delivery);
        _world.Trace(_saga, $"{Kind} {_step}: {reply.GetType().Name} to {command.GetType().Name} #{command.Attempt}");
        if (faults.Happens(Fault.ParticipantCrashesBeforeReply, _dice))
        {
            _world.After(_dice.Between(0.1, 60), () => Receive(command));
            return;
        }

        var time = faults.Happens(Fault.ParticipantAnswersLate, _dice)
            ? _dice.Between(0.5, _dice.Chance(0.1) ? 20_000 : 300)
            : _dice.Between(0.001, 0.3);
        _world.After(time, () => Reply(reply, effect));
    }

    private (IStepReply Reply, Effect? Tells) BehindBarrier(StepDelivery delivery)
    {
        var reply = _barrier.Take(delivery, () => Try(delivery).Outcome);
        _hasCompensated |= reply is StepSucceeded { Direction: StepDirection.Compensate };
        return (reply, reply is StepSucceeded { Direction: StepDirection.Execute } ? Effects[^1] : null);
    }

    private (IStepReply Reply, Effect? Tells) ByKey(StepDelivery delivery)
    {
        var remembers = Kind != ParticipantKind.Forgetful;
        if (remembers && _answers.TryGetValue(delivery.Command.IdempotencyKey, out var answer))
        {
            _world.Coverage.Count(Exercises.RecordedReply);
        }
        else
        {
            var isTooLate = Kind == ParticipantKind.Noting
                && _hasCompensated
                && delivery.Direction == StepDirection.Execute;
            answer = isTooLate ? new Answer(Never) : Try(delivery);
            _answers[delivery.Command.IdempotencyKey] = answer;
        }

        return (RecordedReply.Answer(RecordedReply.Record(delivery, answer.Outcome, default)!, delivery), answer.Effect);
    }

    private Answer Try(StepDelivery delivery)
    {
        var (retryable, definite) = delivery.Direction == StepDirection.Execute
            ? (Fault.ParticipantFailsRetryably, Fault.ParticipantFailsForGood)
            : (Fault.CompensationFailsRetryably, Fault.CompensationFailsForGood);
        var isBroken = _dice.Chance(_failsAlways) && !_world.Plan.Without.Contains(retryable);
        if (_world.Faults.Happens(retryable, _dice) || isBroken)
        {
            return new Answer(NotNow);
        }

        if (_world.Faults.Happens(definite, _dice))
        {
            return new Answer(Never);
        }

        return delivery.Direction == StepDirection.Execute ? Do(delivery.Command) : Undo();
    }

    private Answer Do(IStepCommand command)
    {
        if (Kind is ParticipantKind.Barrier or ParticipantKind.Noting)
        {
            Invariant.Require(Effects.Count == 0, Invariant.EffectOnce, $"Saga {_saga.Index}, {_step}.");
            Invariant.Require(!_hasCompensated, Invariant.NoEffectAfter, $"Saga {_saga.Index}, {_step}.");
        }
        else if (_hasCompensated)
        {
            _world.Coverage.Count(Exercises.EffectAfterCompensation);
        }

        var live = Kind == ParticipantKind.Forgetful ? Effects.FindLast(effect => !effect.IsUndone) : null;
        var isRepetition = !_done.Add(command.IdempotencyKey);
        if (live is null)
        {
            live = new Effect(command.IdempotencyKey, command.Attempt, isRepetition, _hasCompensated);
            Effects.Add(live);
        }

        var outcome = _world.Faults.Happens(Fault.LargeResult, _dice)
            ? StepOutcome.Succeeded(new string('x', 100 + _dice.Next(LargestResult)))
            : Done;
        return new Answer(outcome, live);
    }

    private Answer Undo()
    {
        foreach (var effect in Effects)
        {
            effect.IsUndone = true;
        }

        _hasCompensated = true;
        return new Answer(Done);
    }

    private void Reply(IStepReply reply, Effect? effect)
    {
        if (reply is StepFailed failed)
        {
            reply = failed with { RetryAfterSeconds = Wish(failed.Retryable) };
        }

        if (_world.Faults.Happens(Fault.AnswerKnownLost, _dice))
        {
            (reply, effect) = (Lost(reply), null);
        }

        _world.Broker.SendReply(_saga, new Delivery(_saga, new SagaInput.Reply(reply)) { Tells = effect });
        if (_world.Faults.Happens(Fault.WrongReply, _dice))
        {
            _world.Broker.SendReply(_saga, new Delivery(_saga, new SagaInput.Reply(Spoil(reply))));
        }
    }

    /// <summary>The worker finds out that the answer is lost, whatever it was.</summary>
    private StepOutcomeUnknown Lost(IStepReply reply)
    {
        var mayRepeat = _dice.Chance(0.7);
        return new StepOutcomeUnknown
        {
            SagaId = reply.SagaId,
            Step = reply.Step,
            Direction = reply.Direction,
            Attempt = reply.Attempt,
            Code = "LOST",
            Message = "Nobody knows.",
            Retryable = mayRepeat,
            RetryAfterSeconds = Wish(mayRepeat),
        };
    }

    private int? Wish(bool mayRepeat) =>
        mayRepeat && _dice.Chance(0.1) ? _dice.Next(1 + (int)LongestWish.TotalSeconds) : null;

    /// <summary>
    /// Its circuit breaker is open, its bulkhead is full, or the worker that took the command may not call it: it is
    /// not even called.
    /// </summary>
    private void PutOff(IStepCommand command)
    {
        var reply = new StepDeferred
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate,
            Attempt = command.Attempt,
            Wait = _dice.Chance(0.1) ? _dice.Between(0, 5000) : _dice.Between(1, 90),
            LongestWait = _dice.Chance(0.3) ? _dice.Between(0, 60) : null,
            Code = "WAIT",
            Message = "Wait.",
        };
        _world.After(
            _dice.Between(0.001, 0.3),
            () => _world.Broker.SendReply(_saga, new Delivery(_saga, new SagaInput.Reply(reply))));
    }

    /// <summary>A reply that nobody may believe: to no step of the saga, or to an attempt that was not sent.</summary>
    private IStepReply Spoil(IStepReply reply)
    {
        var (step, attempt) = _dice.Next(3) switch
        {
            0 => ("nobody", reply.Attempt),
            1 => (reply.Step, reply.Attempt + 50),
            _ => (reply.Step, -_dice.Next(2)),
        };
        return reply switch
        {
            StepSucceeded succeeded => succeeded with { Step = step, Attempt = attempt },
            StepFailed failed => failed with { Step = step, Attempt = attempt },
            _ => (StepOutcomeUnknown)reply with { Step = step, Attempt = attempt },
        };
    }

    private sealed record Answer(StepOutcome Outcome, Effect? Effect = null);
}
