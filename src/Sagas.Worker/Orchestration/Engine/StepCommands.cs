using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Worker.Orchestration;

/// <summary>Makes the commands to participants.</summary>
internal static class StepCommands
{
    /// <summary>The command for the attempt in flight of a direction of a step.</summary>
    public static IStepCommand Create(
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
                Results = ResultsFor(saga, step),
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
                Results = saga.Results,
                Deadline = deadline,
            };
    }

    // What the other steps of its group return comes at any time, and one key must always stand for the same request.
    private static JsonElement ResultsFor(SagaInstance saga, StepInstance step) => step.Group is { } group
        ? saga.Results.Without(saga.Steps.Where(other => other.Group == group).Select(other => other.Name))
        : saga.Results;

    /// <summary><c>{sagaId}/{step}/{execute|compensate}/{round}</c></summary>
    public static string IdempotencyKey(Guid sagaId, string step, StepDirection direction, int round) =>
        $"{sagaId}/{step}/{(direction == StepDirection.Execute ? "execute" : "compensate")}/{round}";
}
