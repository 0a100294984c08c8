using Sagas.Contracts;
using Sagas.Worker.Definitions;
using Sagas.Worker.Orchestration;

namespace Sagas.Tests.Orchestration;

/// <summary>
/// A saga of a random definition among random participants, on a network that loses commands and delays, repeats and
/// reorders everything, with an operator who looks after it now and then. All of it follows from the seed.
/// </summary>
internal sealed class SimulatedSaga
{
    private readonly Random _random;
    private readonly Dictionary<string, SimulatedParticipant> _participants;
    private readonly PriorityQueue<Action, DateTimeOffset> _mail = new();
    private int _sent;

    public SimulatedSaga(int seed)
    {
        _random = new Random(seed);
        var definition = RandomDefinition();
        var reliability = 0.4 + (_random.NextDouble() * 0.6);
        _participants = definition.Steps.ToDictionary(
            step => step.Name,
            _ => new SimulatedParticipant(_random, Chance(0.5), reliability));
        Run = new EngineRun(definition, random: _random.NextDouble);
    }

    public EngineRun Run { get; }

    /// <summary>The steps that were to be undone when the saga turned back, the last started first.</summary>
    public List<string> OwedAtTurn { get; private set; } = [];

    public bool HasEffect(string step) => _participants[step].HasEffect;

    /// <summary>Runs until nothing is under way any more.</summary>
    public void RunToTheEnd()
    {
        if (Chance(0.1))
        {
            Post(60, () => Run.Cancel());
        }

        for (var turn = 0; turn < 5000; turn++)
        {
            Deliver();
            if (_mail.TryPeek(out _, out var time) && !(Run.Saga.DueAt < time))
            {
                Advance(time);
                _mail.Dequeue()();
            }
            else if (Run.Saga.DueAt is { } dueAt)
            {
                Advance(dueAt);
                Handle(() => Run.Handle(new SagaInput.Due()));
            }
            else if (Run.Saga.State == SagaStatus.Suspended)
            {
                Run.Wait(TimeSpan.FromMinutes(1));
                Handle(Operate);
            }
            else
            {
                return;
            }
        }

        throw new InvalidOperationException("The saga does not come to its end.");
    }

    private void Operate()
    {
        var choice = _random.NextDouble();
        _ = choice < 0.7 ? Run.Retry() : choice < 0.95 ? Run.Skip() : Run.Abort();
    }

    private void Deliver()
    {
        for (; _sent < Run.Commands.Count; _sent++)
        {
            var command = Run.Commands[_sent];
            for (var copies = Chance(0.1) ? 0 : Chance(0.15) ? 2 : 1; copies > 0; copies--)
            {
                Post(Chance(0.8) ? 2 : 100, () => CarryOut(command));
            }
        }
    }

    private void CarryOut(IStepCommand command)
    {
        if (_participants[command.Step].CarryOut(command) is not { } reply)
        {
            return;
        }

        // A success is in the participant's outbox together with its effect: it comes, however late.
        for (var copies = reply is StepFailed && Chance(0.1) ? 0 : Chance(0.15) ? 3 : 1; copies > 0; copies--)
        {
            Post(Chance(0.8) ? 2 : 200, () => Run.Reply(reply));
        }
    }

    private void Post(double withinSeconds, Action action) =>
        _mail.Enqueue(
            () => Handle(action),
            Run.Now + TimeSpan.FromSeconds(_random.NextDouble() * withinSeconds));

    private void Handle(Action action)
    {
        var before = Run.Saga;
        action();
        if (before.State == SagaStatus.Running && Run.Saga.State == SagaStatus.Compensating)
        {
            OwedAtTurn = [.. Run.Saga.Steps
                .Where(step => step.CompensationOwed || step.Status == StepStatus.Compensating)
                .OrderByDescending(step => step.Order)
                .Select(step => step.Name)];
        }

        if (Chance(0.05))
        {
            Run.Handle(new SagaInput.Due());
        }
    }

    private void Advance(DateTimeOffset time) =>
        Run.Wait(time > Run.Now ? time - Run.Now : TimeSpan.Zero);

    private SagaDefinition RandomDefinition()
    {
        var count = _random.Next(1, 6);
        var pivot = _random.Next(-2 * count, count);
        return TestDefinitions.Saga([.. Enumerable.Range(0, count).Select(index =>
        {
            var step = Chance(0.8) && (pivot < 0 || index < pivot)
                ? TestDefinitions.Step($"s{index}", _random.Next(4))
                : TestDefinitions.Irreversible($"s{index}", _random.Next(4));
            return step with
            {
                Pivot = index == pivot,
                Timeout = TimeSpan.FromSeconds(3),
                Compensation = step.Compensation is null
                    ? null
                    : step.Compensation with { Timeout = TimeSpan.FromSeconds(3) },
            };
        })]);
    }

    private bool Chance(double probability) => _random.NextDouble() < probability;
}
