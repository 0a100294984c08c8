using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;
using Sagas.Participants;
using Sagas.Samples.Database;

namespace Sagas.Samples.AgentRuns;

/// <summary>A tool that an agent calls: it makes something, and can take it away again.</summary>
public abstract class AgentTool(SamplesDbContext database, TimeProvider time) : IStepParticipant
{
    public bool OnlyWrites(StepDirection direction)
    {
        return direction == StepDirection.Execute;
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var action = new AgentAction
        {
            Id = Guid.CreateVersion7(),
            SagaId = context.SagaId,
            Tool = context.Step,
            Reference = Make(context, context.Input<AgentRunInput>()),
            DoneAt = time.GetUtcNow().UtcDateTime,
        };
        database.AgentActions.Add(action);
        return Task.FromResult(StepOutcome.Succeeded(new ToolResult(action.Reference)));
    }

    public async Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
    {
        var action = await database.AgentActions.SingleAsync(
            row => row.SagaId == context.SagaId && row.Tool == context.Step, cancellationToken);
        action.UndoneAt = time.GetUtcNow().UtcDateTime;
        return StepOutcome.Succeeded();
    }

    /// <summary>Says what the tool makes.</summary>
    protected abstract string Make(StepContext context, AgentRunInput input);
}
