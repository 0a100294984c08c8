using MassTransit;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.Transport;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// Takes what MassTransit sends in the place of an answer when the consumer of a participant threw. What the consumer
/// did before is nobody's knowledge, and no answer will come: the outcome of that attempt is unknown, and it is over.
/// </summary>
internal sealed class StepFaultConsumer : IConsumer<Fault<ExecuteStep>>, IConsumer<Fault<CompensateStep>>
{
    public Task Consume(ConsumeContext<Fault<ExecuteStep>> context)
    {
        return EndAsync(context, context.Message.Message, StepDirection.Execute);
    }

    public Task Consume(ConsumeContext<Fault<CompensateStep>> context)
    {
        return EndAsync(context, context.Message.Message, StepDirection.Compensate);
    }

    private static Task EndAsync<T>(ConsumeContext<T> context, IStepCommand command, StepDirection direction)
        where T : class, Fault
    {
        var exception = context.Message.Exceptions?.FirstOrDefault();
        return context.Send(SagaAddresses.Worker, new StepOutcomeUnknown
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = direction,
            Attempt = command.Attempt,
            Code = FailureCodes.ParticipantFaulted,
            Message = exception is null
                ? "The participant's consumer threw."
                : $"The participant's consumer threw {exception.ExceptionType}: {exception.Message}",
            Retryable = true,
        });
    }
}
