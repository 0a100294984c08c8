using System.Text.Json;
using Sagas.Contracts;
using Sagas.Worker.Definitions;

namespace Sagas.Worker.Orchestration;

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
                Results = ResultsFor(definition, saga, step, direction),
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
                Results = ResultsFor(definition, saga, step, direction),
                Deadline = deadline,
            };
    }

    private static JsonElement ResultsFor(
        SagaDefinition definition, SagaInstance saga, StepInstance step, StepDirection direction)
    {
        var declared = definition.Steps.First(other => other.Name == step.Name);
        if (StepResults.Of(definition, declared, direction) is { } needed)
        {
            return saga.Results.Only(needed);
        }

        // What the other steps of its group return comes at any time, and one key must always stand for the same request.
        return step.Group is { } group
            ? saga.Results.Without(saga.Steps.Where(other => other.Group == group).Select(other => other.Name))
            : saga.Results;
    }

    /// <summary><c>{sagaId}/{step}/{execute|compensate}/{round}</c></summary>
    public static string IdempotencyKey(Guid sagaId, string step, StepDirection direction, int round) =>
        $"{sagaId}/{step}/{(direction == StepDirection.Execute ? "execute" : "compensate")}/{round}";
}
