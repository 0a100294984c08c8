using System.Text.Json;
using Sagas.Contracts;
using Sagas.Worker.Orchestration;

namespace Sagas.Tests.Simulation;

/// <summary>Who carries out a step of a saga, well or badly, and what came of it.</summary>
internal sealed class SimulatedParticipant
{
    /// <summary>The longest that one wants to be left alone.</summary>
    public static readonly TimeSpan LongestWish = TimeSpan.FromSeconds(40);

    private static readonly JsonElement Result = JsonElement.Parse("\"done\"");

    private readonly World _world;
    private readonly SimulatedSaga _saga;
    private readonly string _step;
    private readonly Dice _dice;
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
        Kind = (ParticipantKind)dice.Next(3);
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

        var answer = CarryOut(command);
        _world.Trace(_saga, $"{Kind} {_step} carries out {command.GetType().Name} #{command.Attempt}: {answer}");
        if (faults.Happens(Fault.ParticipantCrashesBeforeReply, _dice))
        {
            _world.After(_dice.Between(0.1, 60), () => Receive(command));
            return;
        }

        var time = faults.Happens(Fault.ParticipantAnswersLate, _dice)
            ? _dice.Between(0.5, _dice.Chance(0.1) ? 20_000 : 300)
            : _dice.Between(0.001, 0.3);
        _world.After(time, () => Reply(command, answer));
    }

    private Answer CarryOut(IStepCommand command)
    {
        var key = Kind == ParticipantKind.Barrier ? command.GetType().Name : command.IdempotencyKey;
        if (Kind != ParticipantKind.Forgetful && _answers.TryGetValue(key, out var known))
        {
            _world.Coverage.Count(Exercises.RecordedReply);
            return known;
        }

        if (Kind == ParticipantKind.Barrier && command is CompensateStep && !_answers.ContainsKey(nameof(ExecuteStep)))
        {
            _world.Coverage.Count(Exercises.NullCompensation);
            _answers[nameof(ExecuteStep)] = new Answer(IsSuccess: false);
            _hasCompensated = true;
            return _answers[key] = new Answer(IsSuccess: true);
        }

        var answer = Try(command);
        if (Kind == ParticipantKind.Remembering || answer is { IsRetryable: false })
        {
            _answers[key] = answer;
        }

        return answer;
    }

    private Answer Try(IStepCommand command)
    {
        var (retryable, definite) = command is ExecuteStep
            ? (Fault.ParticipantFailsRetryably, Fault.ParticipantFailsForGood)
            : (Fault.CompensationFailsRetryably, Fault.CompensationFailsForGood);
        var isBroken = _dice.Chance(_failsAlways) && !_world.Plan.Without.Contains(retryable);
        if (_world.Faults.Happens(retryable, _dice) || isBroken)
        {
            return new Answer(IsSuccess: false, IsRetryable: true);
        }

        if (_world.Faults.Happens(definite, _dice))
        {
            return new Answer(IsSuccess: false);
        }

        return command is ExecuteStep ? Do(command) : Undo();
    }

    private Answer Do(IStepCommand command)
    {
        if (Kind == ParticipantKind.Barrier)
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

        return new Answer(IsSuccess: true, Effect: live);
    }

    private Answer Undo()
    {
        foreach (var effect in Effects)
        {
            effect.IsUndone = true;
        }

        _hasCompensated = true;
        return new Answer(IsSuccess: true);
    }

    private void Reply(IStepCommand command, Answer answer)
    {
        var direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate;
        IStepReply reply = answer.IsSuccess
            ? new StepSucceeded
            {
                SagaId = command.SagaId,
                Step = command.Step,
                Direction = direction,
                Attempt = command.Attempt,
                Result = Result,
            }
            : new StepFailed
            {
                SagaId = command.SagaId,
                Step = command.Step,
                Direction = direction,
                Attempt = command.Attempt,
                Code = "NO",
                Message = "No.",
                Retryable = answer.IsRetryable,
                RetryAfterSeconds = Wish(answer.IsRetryable),
            };
        if (_world.Faults.Happens(Fault.AnswerKnownLost, _dice))
        {
            reply = Lost(reply);
        }

        _world.Broker.SendReply(_saga, new Delivery(_saga, new SagaInput.Reply(reply))
        {
            Tells = reply is StepSucceeded ? answer.Effect : null,
        });
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

    /// <summary>Its circuit breaker is open, or its bulkhead is full: it is not even called.</summary>
    private void PutOff(IStepCommand command)
    {
        var reply = new StepDeferred
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate,
            Attempt = command.Attempt,
            Wait = _dice.Chance(0.1) ? _dice.Between(0, 5000) : _dice.Between(1, 90),
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

    private sealed record Answer(bool IsSuccess, bool IsRetryable = false, Effect? Effect = null);
}
