using System.Globalization;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Simulation;

/// <summary>One saga of the world: its committed rows, its participants, and what it is checked against.</summary>
internal sealed class SimulatedSaga
{
    private readonly World _world;
    private readonly Dictionary<string, SimulatedParticipant> _participants = [];
    private readonly ulong _stream;
    private readonly EventRules _events = new();
    private HistoryReplay? _replay;

    public SimulatedSaga(World world, int index)
    {
        _world = world;
        Index = index;
        _stream = (ulong)(index + 1) * 1000;
        Dice = Dice.Of(world.Plan.Seed, _stream);
        var jitter = Dice.Of(world.Plan.Seed, _stream + 1);
        Jitter = jitter.NextDouble;
        Span<byte> id = stackalloc byte[16];
        BitConverter.TryWriteBytes(id, world.Plan.Seed);
        BitConverter.TryWriteBytes(id[8..], index + 1);
        Id = new Guid(id);
        DefinitionName = Dice.Pick(world.Definitions.First).Name;
    }

    public int Index { get; }

    public Guid Id { get; }

    public string DefinitionName { get; }

    public Dice Dice { get; }

    public Func<double> Jitter { get; }

    /// <summary>The committed row.</summary>
    public SagaState? Row { get; private set; }

    /// <summary>How often somebody began to watch for its deadline.</summary>
    public int Watches { get; set; }

    public SagaDefinition Definition { get; private set; } = null!;

    /// <summary>What is known to have happened.</summary>
    public SagaFacts Facts { get; private set; } = null!;

    public IEnumerable<SimulatedParticipant> Participants =>
        Definition.Steps.Select(step => Participant(step.Name));

    public SimulatedParticipant Participant(string step)
    {
        if (!_participants.TryGetValue(step, out var participant))
        {
            var number = ulong.Parse(step.AsSpan(1), CultureInfo.InvariantCulture);
            var dice = Dice.Of(_world.Plan.Seed, _stream + 10 + number);
            participant = new SimulatedParticipant(_world, this, step, dice);
            _participants[step] = participant;
        }

        return participant;
    }

    /// <summary>Somebody wants the saga.</summary>
    public void Request()
    {
        _world.After(Dice.Between(0.001, 100), () =>
        {
            _world.Broker.SendStart(this, new Delivery(this, null));
            _world.Operator.PlanInterference(this);
        });
    }

    /// <summary>A transaction of a worker has committed: everything is checked.</summary>
    public void Commit(
        Delivery delivery,
        SagaInstance? before,
        SagaTransition transition,
        SagaState row,
        DateTimeOffset now,
        EngineLimits limits)
    {
        if (before is null)
        {
            Definition = _world.Definitions.Expected(transition.Saga.Name, transition.Saga.Version);
            Facts = new SagaFacts(Definition);
            _replay = new HistoryReplay(Definition);
        }

        if (_world.Log is not null)
        {
            Describe(delivery, transition, now);
        }

        Row = row;
        if (delivery is { Tells: { } effect, Input: SagaInput.Reply { Message: var report } })
        {
            effect.IsReported |= !Facts.Steps.First(step => step.Name == report.Step).Execution.IsKnown(report.Attempt);
        }

        Exercises.Count(_world.Coverage, delivery, before, transition);
        RowRules.Check(transition, row, Definition, now);
        StateRules.Check(delivery.Input, before, transition);
        Facts.Limits = limits;
        TransitionRules.Check(Facts, delivery.Input, before, transition, now);
        _replay!.Apply(HistoryRows.Read(Id, transition.History));
        _replay.Check(transition.Saga);
        _events.Check(before, transition);
    }

    private void Describe(Delivery delivery, SagaTransition transition, DateTimeOffset now)
    {
        var saga = transition.Saga;
        _world.Trace(
            this,
            $"{delivery} at {now:HH:mm:ss.fff} -> {saga.State}, due {saga.DueAt:HH:mm:ss.fff} "
            + $"{transition.Refusal?.Code}");
        foreach (var record in transition.History)
        {
            _world.Trace(
                this,
                $"    {record.Sequence} {record.Event} {record.Step} {record.Direction} #{record.Attempt} "
                + $"{record.Detail?.Code} {record.Detail?.IdempotencyKey} {record.Detail?.Reason}");
        }
    }
}
