using System.Text.Json;
using MassTransit;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Participants;

/// <summary>A participant without a database: it answers, and keeps nothing.</summary>
internal sealed class MemoryStepConsumer : IConsumer<ExecuteStep>, IConsumer<CompensateStep>
{
    public Task Consume(ConsumeContext<ExecuteStep> context)
    {
        var command = context.Message;
        return StepFailure.IsAskedFor(command.Input.Deserialize<Dictionary<string, string>>(), command.Step)
            ? context.RespondAsync(new StepFailed
            {
                SagaId = command.SagaId,
                Step = command.Step,
                Direction = StepDirection.Execute,
                Attempt = command.Attempt,
                Code = StepFailure.Code,
            })
            : context.RespondAsync(Success(command, StepDirection.Execute));
    }

    public Task Consume(ConsumeContext<CompensateStep> context) =>
        context.RespondAsync(Success(context.Message, StepDirection.Compensate));

    private static StepSucceeded Success(IStepCommand command, StepDirection direction) => new()
    {
        SagaId = command.SagaId,
        Step = command.Step,
        Direction = direction,
        Attempt = command.Attempt,
        Result = JsonSerializer.SerializeToElement(new { done = true }),
    };
}
