using MassTransit;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Participants;

/// <summary>A participant without a database: it answers, and keeps nothing.</summary>
internal sealed class MemoryStepConsumer : IConsumer<ExecuteStep>, IConsumer<CompensateStep>
{
    public Task Consume(ConsumeContext<ExecuteStep> context)
    {
        var answer = StepAnswer.To(context.Message);
        return context.RespondAsync(answer, answer.GetType());
    }

    public Task Consume(ConsumeContext<CompensateStep> context) => context.RespondAsync(StepAnswer.To(context.Message));
}
