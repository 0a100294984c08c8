using Sagas.Contracts;
using Sagas.Participants;

namespace Sagas.Benchmarks.Participants;

/// <summary>A participant on the barrier, as an application writes one.</summary>
internal sealed class BenchmarkStep(BenchmarkDbContext database, TimeProvider clock) : IStepParticipant
{
    public bool OnlyWrites(StepDirection direction) => true;

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

    public Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
    {
        // Known by its key, so it need not be read; saving it checks that it is there.
        var row = database.Rows.Attach(new BusinessRow { SagaId = context.SagaId, Step = context.Step }).Entity;
        row.UndoneAt = clock.GetUtcNow().UtcDateTime;
        return Task.FromResult(StepOutcome.Succeeded());
    }
}
