using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Participants;

/// <summary>What the participants of the twins on MassTransit answer.</summary>
internal static class StepAnswer
{
    public static IStepReply To(ExecuteStep command) =>
        StepFailure.IsAskedFor(command.Input.Deserialize<Dictionary<string, string>>(), command.Step)
            ? new StepFailed
            {
                SagaId = command.SagaId,
                Step = command.Step,
                Direction = StepDirection.Execute,
                Attempt = command.Attempt,
                Code = StepFailure.Code,
                Message = StepFailure.Message,
            }
            : Success(command, StepDirection.Execute);

    public static StepSucceeded To(CompensateStep command) => Success(command, StepDirection.Compensate);

    private static StepSucceeded Success(IStepCommand command, StepDirection direction) => new()
    {
        SagaId = command.SagaId,
        Step = command.Step,
        Direction = direction,
        Attempt = command.Attempt,
        Result = JsonSerializer.SerializeToElement(new { done = true }),
    };
}
