using Sagas.Contracts;
using Sagas.Engine.Definitions;

namespace Sagas.Engine;

/// <summary>Makes the commands to participants.</summary>
internal static class StepCommands
{
    /// <summary>The command for the attempt in flight of a direction of a step.</summary>
    public static IStepCommand Create(
        SagaDefinition definition,
        SagaInstance saga,
        StepInstance step,
        StepDirection direction,
        DateTimeOffset deadline)
    {
        var progress = step.Progress(direction);
        var key = IdempotencyKey(saga.SagaId, step.Name, direction, progress.Round);
        var needed = NeededBy(definition, saga, step, direction);
        var results = needed is null ? saga.Results : saga.Results.Only(needed);
        return direction == StepDirection.Execute
            ? new ExecuteStep
            {
                SagaId = saga.SagaId,
                SagaName = saga.Name,
                SagaVersion = saga.Version,
                Step = step.Name,
                Attempt = progress.Count,
                IdempotencyKey = key,
                Input = saga.Input,
                Results = results,
                Deadline = deadline,
            }
            : new CompensateStep
            {
                SagaId = saga.SagaId,
                SagaName = saga.Name,
                SagaVersion = saga.Version,
                Step = step.Name,
                Attempt = progress.Count,
                IdempotencyKey = key,
                Input = saga.Input,
                Results = results,
                Deadline = deadline,
            };
    }

    /// <summary>
    /// Of which steps a command has the results, by their names; <see langword="null"/> for all that there are.
    /// </summary>
    public static Func<string, bool>? NeededBy(
        SagaDefinition definition, SagaInstance saga, StepInstance step, StepDirection direction)
    {
        var declared = definition.Steps.First(other => other.Name == step.Name);
        if (StepResults.Of(definition, declared, direction) is { } needed)
        {
            return needed.Contains;
        }

        // What the other steps of its group return comes at any time, and one key must always stand for the same request.
        return step.Group is { } group ? name => saga.FindStep(name)?.Group != group : null;
    }

    /// <summary><c>{sagaId}/{step}/{execute|compensate}/{round}</c></summary>
    public static string IdempotencyKey(Guid sagaId, string step, StepDirection direction, int round) =>
        $"{sagaId}/{step}/{(direction == StepDirection.Execute ? "execute" : "compensate")}/{round}";
}
