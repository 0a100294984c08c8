using Sagas.Participants;
using Sagas.Samples.Database;

namespace Sagas.Samples.AgentRuns;

/// <summary>Posts a comment on the task; the undo withdraws it.</summary>
public sealed class PostComment(SamplesDbContext database, TimeProvider time) : AgentTool(database, time)
{
    protected override string Make(StepContext context, AgentRunInput input)
    {
        return $"{input.Task}#comment-{context.SagaId:N}";
    }
}
