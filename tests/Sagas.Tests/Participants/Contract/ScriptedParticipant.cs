using Sagas.Contracts;
using Sagas.Participants;

namespace Sagas.Tests.Participants.Contract;

public sealed class ScriptedParticipant(WorkDbContext database, StepScript script) : IStepParticipant
{
    public bool HasOutsideEffects => script.HasOutsideEffects;

    public bool OnlyWrites(StepDirection direction)
    {
        return script.OnlyWrites;
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        return RunAsync(context, cancellationToken);
    }

    public Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
    {
        return RunAsync(context, cancellationToken);
    }

    private Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        script.Add(context);
        database.Work.Add(new WorkItem
        {
            SagaId = context.SagaId,
            Step = context.Step,
            Direction = context.Direction.ToString(),
            IdempotencyKey = context.IdempotencyKey,
        });
        return script.Run(context, database, cancellationToken);
    }
}
