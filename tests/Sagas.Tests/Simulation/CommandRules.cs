using System.Text;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>Holds the commands that leave in a transition, in their order, against what must leave.</summary>
internal sealed class CommandRules(SagaFacts facts, SagaTransition transition, DateTimeOffset now)
{
    private readonly Queue<IStepCommand> _commands =
        new(transition.Messages.OfType<OutgoingMessage.Command>().Select(command => command.Message));

    public bool IsEmpty => _commands.Count == 0;

    public bool IsCompensation => _commands.TryPeek(out var command) && command is CompensateStep;

    /// <summary>Whether the next command is about the step, in the direction that is taken.</summary>
    public bool IsNext(StepFacts step) => _commands.TryPeek(out var command)
        && command.Step == step.Name
        && command is ExecuteStep == (facts.Direction == StepDirection.Execute);

    /// <summary>The next attempt of the step leaves, under the right key.</summary>
    public void Expect(StepFacts step, string invariant)
    {
        var direction = facts.Direction;
        var attempts = step.Of(direction);
        Invariant.Require(!step.IsAwaiting, Invariant.OneInFlight, () => $"An answer of {step.Name} is awaited still.");
        var number = attempts.IsPutOff ? attempts.Count : attempts.Count + 1;
        Invariant.Require(
            IsNext(step) && _commands.Peek().Attempt == number,
            attempts.IsPutOff ? Invariant.Waits : invariant,
            () => $"{direction} {step.Name} #{number} must leave; {this}.");

        var command = _commands.Dequeue();
        var round = attempts.NextRound();
        var word = direction == StepDirection.Execute ? "execute" : "compensate";
        var key = $"{transition.Saga.SagaId}/{step.Name}/{word}/{round}";
        Invariant.Require(command.IdempotencyKey == key, Invariant.Keys, () => $"The key must be {key}; {this}.");
        var dueAt = transition.Saga.FindStep(step.Name)!.DueAt;
        Invariant.Require(
            dueAt == command.Deadline && dueAt == EngineTime.Precise(now + step.Plan(direction).Timeout),
            Invariant.AlwaysDue,
            () => $"{direction} {step.Name} leaves until {command.Deadline:O} and is due at {dueAt:O}.");
        CheckResults(step, command);
        Invariant.Require(
            Bytes(command.Input) + Bytes(command.Results) <= facts.Limits.PayloadBytes,
            Invariant.Sizes,
            () => $"{command.IdempotencyKey} has {Bytes(command.Input) + Bytes(command.Results)} bytes.");
        CheckUndoable(step, isFirst: attempts.Count == 0);
        attempts.Send(round);
        step.IsAwaiting = true;
    }

    public void ExpectNoMore() => Invariant.Require(
        IsEmpty, Invariant.OneInFlight, () => $"A command leaves that nobody needs: {this}.");

    public override string ToString() => IsEmpty
        ? "no command"
        : string.Join(
            ", ",
            _commands.Select(command => $"{command.GetType().Name} {command.IdempotencyKey} #{command.Attempt}"));

    private void CheckResults(StepFacts step, IStepCommand command)
    {
        var expected = facts.Steps.Count(other => SagaFacts.HasResultOf(step, other, facts.Direction));
        var there = 0;
        foreach (var result in command.Results.EnumerateObject())
        {
            var other = facts.Steps.First(other => result.NameEquals(other.Name));
            Invariant.Require(
                SagaFacts.HasResultOf(step, other, facts.Direction),
                Invariant.Results,
                () => $"{command.IdempotencyKey} has the result of {other.Name}.");
            there++;
        }

        Invariant.Require(
            there == expected, Invariant.Results, () => $"{command.IdempotencyKey} has {there} results, not {expected}.");
    }

    /// <summary>Later attempts go on: what the limit is then, a worker deployed since has brought along.</summary>
    private void CheckUndoable(StepFacts step, bool isFirst)
    {
        var isCompensable = step.Definition.Compensation is not null && !facts.HasPassedPivot;
        Invariant.Require(
            !isFirst || facts.Direction != StepDirection.Execute || !isCompensable || facts.Fits(step, StepDirection.Compensate),
            Invariant.Undoable,
            () => $"{step.Name} is begun, and its compensation would not fit into a message.");
    }

    private static int Bytes(JsonElement json) => Encoding.UTF8.GetByteCount(json.GetRawText());
}
