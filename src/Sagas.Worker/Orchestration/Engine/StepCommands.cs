using Sagas.Contracts;

namespace Sagas.Worker.Orchestration;

/// <summary>Makes the commands to participants.</summary>
internal static class StepCommands
{
    /// <summary>The command for the attempt in flight of a direction of a step.</summary>
    public static IStepCommand Create(
        SagaInstance saga,
        string step,
        StepDirection direction,
        StepProgress progress,
        DateTimeOffset deadline)
    {
        var key = IdempotencyKey(saga.SagaId, step, direction, progress.Round);
        return direction == StepDirection.Execute
            ? new ExecuteStep
            {
                SagaId = saga.SagaId,
                SagaName = saga.Name,
                SagaVersion = saga.Version,
                Step = step,
                Attempt = progress.Count,
                IdempotencyKey = key,
                Input = saga.Input,
                Results = saga.Results,
                Deadline = deadline,
            }
            : new CompensateStep
            {
                SagaId = saga.SagaId,
                SagaName = saga.Name,
                SagaVersion = saga.Version,
                Step = step,
                Attempt = progress.Count,
                IdempotencyKey = key,
                Input = saga.Input,
                Results = saga.Results,
                Deadline = deadline,
            };
    }

    /// <summary><c>{sagaId}/{step}/{execute|compensate}/{round}</c></summary>
    public static string IdempotencyKey(Guid sagaId, string step, StepDirection direction, int round) =>
        $"{sagaId}/{step}/{(direction == StepDirection.Execute ? "execute" : "compensate")}/{round}";
}
