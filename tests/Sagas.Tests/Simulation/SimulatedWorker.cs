using System.Text.Json;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.StateMachine;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Simulation;

/// <summary>Takes deliveries, lets the engine decide, commits, sends, acknowledges, and dies in between.</summary>
internal sealed class SimulatedWorker
{
    public static readonly JsonElement Input = JsonElement.Parse("""{"order":17}""");

    // Little, so that some results are too large for it, and several are together.
    private static readonly EngineLimits First = new(EngineLimits.Envelope + 2000);
    private static readonly EngineLimits Lowered = new(EngineLimits.Envelope + 1200);

    private readonly World _world;
    private readonly List<Delivery> _inHand = [];
    private SagaDefinitionCatalog _catalog;
    private EngineLimits _limits = First;
    private TimeSpan _clockIsOffBy;
    private int _life;
    private string? _unreadable;
    private Guid? _throwsOn;

    public SimulatedWorker(World world, int index)
    {
        _world = world;
        Index = index;
        _catalog = world.Definitions.Load(world.Definitions.First);
    }

    public int Index { get; }

    public bool IsUp { get; private set; } = true;

    public DateTimeOffset Clock => World.Epoch + _world.Now + _clockIsOffBy;

    /// <summary>When its clock jumps, and when it is deployed anew.</summary>
    public void PlanItsLife()
    {
        var dice = _world.Dice;
        JumpIf(Fault.ClockForward, dice.Between(0.001, 30), TimeSpan.MaxValue);
        JumpIf(Fault.ClockBack, -dice.Between(0.001, 30), TimeSpan.MaxValue);
        JumpIf(
            Fault.ClockHoursOff,
            dice.Between(1800, 36_000) * (dice.Chance(0.5) ? 1 : -1),
            dice.Between(10, 3600));
        if (_world.Faults.Happens(Fault.NewDeployment, dice))
        {
            var limits = dice.Chance(0.5) ? Lowered : First;
            _world.After(dice.Between(0.1, 100), () => Deploy(_world.Definitions.Second, limits));
        }

        if (_world.Faults.Happens(Fault.ChangedDefinition, dice))
        {
            _world.After(dice.Between(0.1, 100), () => _world.Definitions.TryToLoadChanged());
        }

        if (_world.Faults.Happens(Fault.WorkerCannotRead, dice))
        {
            var name = dice.Pick(_world.Definitions.First).Name;
            _world.After(dice.Between(0.1, 300), () => _unreadable = name);
            _world.After(TimeSpan.FromSeconds(300) + dice.Between(1, 10_000), () => Replace(dice));
        }

        if (_world.Faults.Happens(Fault.DecisionThrows, dice))
        {
            var saga = dice.Next(_world.Plan.Sagas);
            _world.After(dice.Between(0.1, 300), () => _throwsOn = _world.Sagas[saga].Id);
            _world.After(TimeSpan.FromSeconds(300) + dice.Between(1, 10_000), () => Replace(dice));
        }
    }

    public void Receive(Delivery delivery)
    {
        if (!IsUp)
        {
            _world.Broker.Redeliver(delivery);
            return;
        }

        _world.Coverage.Deliveries++;
        _inHand.Add(delivery);
        var saga = delivery.Saga;
        if (saga.DefinitionName == _unreadable || saga.Id == _throwsOn)
        {
            Leave(delivery, isSetAside: saga.DefinitionName != _unreadable && delivery.Input is not SagaInput.Due);
            return;
        }

        var (read, now, life, limits) = (saga.Row, Clock, _life, _limits);
        var before = read is null ? null : SagaStateMapper.Read(read);
        var transition = Decide(delivery, before, now);
        var time = saga.Dice.Between(0.001, _world.Faults.Happens(Fault.SlowTransaction, saga.Dice) ? 30 : 0.05);
        _world.After(time, () =>
        {
            if (life == _life)
            {
                Finish(delivery, read, before, transition, now, limits);
            }
        });
    }

    /// <summary>Dies, and comes back after a while. What it had in hand is delivered again.</summary>
    public void Crash(Dice dice)
    {
        _life++;
        IsUp = false;
        foreach (var delivery in _inHand)
        {
            _world.Broker.Redeliver(delivery);
        }

        _inHand.Clear();
        _world.After(dice.Between(0.1, 60), () =>
        {
            _catalog = _world.Definitions.Load(_catalog);
            IsUp = true;
            _world.Undecided.BringForward();
        });
    }

    /// <summary>
    /// It cannot decide: the saga stays as it is, and the message waits for another worker. Where it is deciding that
    /// throws, any message but a timer's is moved to the error queue; who wanted to start the saga tries again.
    /// </summary>
    private void Leave(Delivery delivery, bool isSetAside)
    {
        var (saga, life) = (delivery.Saga, _life);
        _world.After(saga.Dice.Between(0.001, 0.05), () =>
        {
            if (life != _life || CrashesOn(Fault.CrashBeforeCommit, delivery))
            {
                return;
            }

            if (_world.Faults.Happens(Fault.CommitFails, saga.Dice))
            {
                GiveBack(delivery);
                return;
            }

            if (isSetAside)
            {
                _world.Coverage.Count(Exercises.MovedAside);
                if (delivery.Input is null)
                {
                    _world.After(saga.Dice.Between(1, 600), () => _world.Broker.SendStart(saga, delivery));
                }
            }
            else
            {
                _world.Undecided.Note(delivery);
            }

            if (_world.Faults.Happens(Fault.CommitUnacknowledged, saga.Dice))
            {
                GiveBack(delivery);
            }
            else if (!CrashesOn(Fault.CrashBeforeAck, delivery))
            {
                _inHand.Remove(delivery);
            }
        });
    }

    /// <summary>By one that can decide about everything.</summary>
    private void Replace(Dice dice)
    {
        (_unreadable, _throwsOn) = (null, null);
        if (IsUp)
        {
            Crash(dice);
        }
    }

    private SagaTransition? Decide(Delivery delivery, SagaInstance? before, DateTimeOffset now)
    {
        var saga = delivery.Saga;
        if (delivery.Input is { } input)
        {
            var definition = _world.Definitions.Get(_catalog, before!);
            return _world.Engine.Handle(definition, before!, input, now, saga.Jitter, _limits);
        }

        return before is null
            ? _world.Engine.Start(_world.Definitions.Use(_catalog, saga), saga.Id, Input, now, saga.Jitter, _limits)
            : null;
    }

    private void Finish(
        Delivery delivery,
        SagaState? read,
        SagaInstance? before,
        SagaTransition? transition,
        DateTimeOffset now,
        EngineLimits limits)
    {
        var (saga, faults) = (delivery.Saga, _world.Faults);
        if (CrashesOn(Fault.CrashBeforeCommit, delivery))
        {
            return;
        }

        if (faults.Happens(Fault.CommitFails, saga.Dice))
        {
            GiveBack(delivery);
            return;
        }

        if (transition is null)
        {
            _inHand.Remove(delivery);
            return;
        }

        if (_world.Store.Commit(delivery, read, before, transition, now, limits) is not { } batch)
        {
            GiveBack(delivery);
            return;
        }

        if (faults.Happens(Fault.CommitUnacknowledged, saga.Dice))
        {
            Dispatch(batch);
            GiveBack(delivery);
            return;
        }

        if (!CrashesOn(Fault.CrashAfterCommit, delivery, batch) && Publish(delivery, batch))
        {
            // Before the rows are deleted the dispatcher will find them; from then on nobody does.
            if (!CrashesOn(Fault.CrashBeforeOutboxIsCleared, delivery, batch)
                && !CrashesOn(Fault.CrashBeforeAck, delivery))
            {
                _inHand.Remove(delivery);
            }
        }
    }

    private bool Publish(Delivery delivery, OutboxBatch batch)
    {
        foreach (var message in batch.Messages)
        {
            if (CrashesOn(Fault.CrashWhilePublishing, delivery, batch))
            {
                return false;
            }

            Send(batch.Saga, message);
        }

        return true;
    }

    /// <summary>The dispatcher sends what was left behind, all of it once more if it dies on the way.</summary>
    private void Dispatch(OutboxBatch batch)
    {
        var dice = batch.Saga.Dice;
        _world.After(dice.Between(0.5, 30), () =>
        {
            foreach (var message in batch.Messages)
            {
                if (_world.Faults.Happens(Fault.CrashOfDispatcher, dice))
                {
                    Dispatch(batch);
                    return;
                }

                Send(batch.Saga, message);
            }
        });
    }

    private void Send(SimulatedSaga saga, OutgoingMessage message)
    {
        if (message is OutgoingMessage.Command { Message: var command })
        {
            _world.Broker.SendCommand(saga, command);
        }
    }

    private void GiveBack(Delivery delivery)
    {
        _inHand.Remove(delivery);
        _world.Broker.Redeliver(delivery);
    }

    private bool CrashesOn(Fault fault, Delivery delivery, OutboxBatch? batch = null)
    {
        if (!_world.Faults.Happens(fault, delivery.Saga.Dice))
        {
            return false;
        }

        _world.Trace(delivery.Saga, $"worker {Index}: {fault} with {delivery} in hand");
        Crash(delivery.Saga.Dice);
        if (batch is not null)
        {
            Dispatch(batch);
        }

        return true;
    }

    private void JumpIf(Fault fault, TimeSpan offset, TimeSpan duration)
    {
        if (_world.Faults.Happens(fault, _world.Dice))
        {
            _world.After(_world.Dice.Between(0.1, 300), () => _clockIsOffBy += offset);
            if (duration < TimeSpan.MaxValue)
            {
                _world.After(TimeSpan.FromSeconds(300) + duration, () => _clockIsOffBy -= offset);
            }
        }
    }

    private void Deploy(IReadOnlyList<SagaDeclaration> declarations, EngineLimits limits)
    {
        if (IsUp)
        {
            Crash(_world.Dice);
        }

        _catalog = _world.Definitions.Load(declarations);
        _limits = limits;
        (_unreadable, _throwsOn) = (null, null);
    }
}
