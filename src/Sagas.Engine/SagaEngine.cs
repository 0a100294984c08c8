using System.Collections.Immutable;
using System.Text.Json;
using Sagas.Contracts.Text;
using Sagas.Engine.Definitions;

namespace Sagas.Engine;

/// <summary>
/// The rules of a saga as a pure function: from what is known and what happened to what is known then, what is to be
/// sent, and what is to be remembered. It has no clock and no randomness of its own, so that it can be simulated.
/// </summary>
internal static class SagaEngine
{
    /// <summary>Starts a saga: its first step, or group of steps, is on its way.</summary>
    /// <param name="definition">What to run, with every default filled in.</param>
    /// <param name="sagaId">The new saga's id.</param>
    /// <param name="input">The input: a JSON object; an undefined element stands for an empty one.</param>
    /// <param name="now">The instant at which it happens. Kept to the microsecond.</param>
    /// <param name="random">Gives numbers from 0 to less than 1.</param>
    /// <param name="limits">How much fits into a message.</param>
    public static SagaTransition Start(
        SagaDefinition definition,
        Guid sagaId,
        JsonElement input,
        DateTimeOffset now,
        Func<double> random,
        EngineLimits limits)
    {
        now = EngineTime.Precise(now);
        var saga = new SagaInstance
        {
            SagaId = sagaId,
            Name = definition.Name,
            Version = definition.Version,
            State = SagaStatus.Running,
            Input = input.ValueKind == JsonValueKind.Undefined ? JsonObjects.Empty : StorableJson.Of(input),
            Results = JsonObjects.Empty,
            Steps = definition.Steps
                .Select(step => new StepInstance { Name = step.Name, Group = step.Group })
                .ToImmutableArray(),
            StartedAt = now,
            UpdatedAt = now,
        };
        var transition = new Transition(definition, saga, now, random, limits);
        transition.Record(HistoryEvents.SagaStarted);
        transition.Publish(SagaEvents.Started(transition));
        ForwardRules.Advance(transition);
        return transition.Finish();
    }

    /// <summary>Applies the rules to one thing that happened.</summary>
    /// <param name="definition">The definition that the saga started on.</param>
    /// <param name="saga">The saga as it is.</param>
    /// <param name="input">What happened.</param>
    /// <param name="now">The instant at which it happens. Kept to the microsecond.</param>
    /// <param name="random">Gives numbers from 0 to less than 1.</param>
    /// <param name="limits">How much fits into a message.</param>
    /// <exception cref="ArgumentException">The saga runs on another definition.</exception>
    public static SagaTransition Handle(
        SagaDefinition definition,
        SagaInstance saga,
        SagaInput input,
        DateTimeOffset now,
        Func<double> random,
        EngineLimits limits)
    {
        if (definition.Name != saga.Name || definition.Version != saga.Version)
        {
            throw new ArgumentException(
                $"Saga {saga.SagaId} runs on '{saga.Name}' version {saga.Version}, not on '{definition.Name}' version "
                + $"{definition.Version}.",
                nameof(definition));
        }

        var transition = new Transition(definition, saga, EngineTime.Precise(now), random, limits);
        switch (input)
        {
            case SagaInput.Operator { Command: var command }:
                return OperatorRules.Apply(transition, command);
            case SagaInput.Reply { Message: var reply }:
                ReplyRules.Apply(transition, reply);
                break;
            case SagaInput.Due:
                DueRules.Apply(transition);
                break;
        }

        return transition.Finish();
    }
}
