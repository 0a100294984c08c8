using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;
using Sagas.Persistence;

namespace Sagas.Benchmarks.Participants;

/// <summary>A participant on the barrier, as an application writes one.</summary>
internal sealed class BenchmarkStep(BenchmarkDbContext database, TimeProvider clock) : IStepParticipant
{
    public bool OnlyAdds(StepDirection direction) => direction == StepDirection.Execute;

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (StepFailure.IsAskedFor(context.Input<Dictionary<string, string>>(), context.Step))
        {
            return Task.FromResult(StepOutcome.Failed(StepFailure.Code, StepFailure.Message));
        }

        database.Rows.Add(
            new BusinessRow { SagaId = context.SagaId, Step = context.Step, DoneAt = clock.GetUtcNow().UtcDateTime });
        return Task.FromResult(StepOutcome.Succeeded(new { done = true }));
    }

    public async Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
    {
        var row = await database.Rows.SingleAsync(
            x => x.SagaId == context.SagaId && x.Step == context.Step, cancellationToken);
        row.UndoneAt = clock.GetUtcNow().UtcDateTime;
        return StepOutcome.Succeeded();
    }
}
