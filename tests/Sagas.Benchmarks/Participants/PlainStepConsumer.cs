using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Participants;

/// <summary>
/// A participant with a row a step by EF, and without a barrier: unless its endpoint has an outbox, a crash may lose
/// its answer.
/// </summary>
internal sealed class PlainStepConsumer(BenchmarkDbContext database, TimeProvider clock)
    : IConsumer<ExecuteStep>, IConsumer<CompensateStep>
{
    public async Task Consume(ConsumeContext<ExecuteStep> context)
    {
        var command = context.Message;
        var answer = StepAnswer.To(command);
        if (answer is StepSucceeded)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            database.Rows.Add(new BusinessRow { SagaId = command.SagaId, Step = command.Step, DoneAt = now });
            await database.SaveChangesAsync(context.CancellationToken);
        }

        await context.RespondAsync(answer, answer.GetType());
    }

    public async Task Consume(ConsumeContext<CompensateStep> context)
    {
        var command = context.Message;
        var row = await database.Rows.SingleAsync(
            x => x.SagaId == command.SagaId && x.Step == command.Step, context.CancellationToken);
        row.UndoneAt = clock.GetUtcNow().UtcDateTime;
        await database.SaveChangesAsync(context.CancellationToken);
        await context.RespondAsync(StepAnswer.To(command));
    }
}
