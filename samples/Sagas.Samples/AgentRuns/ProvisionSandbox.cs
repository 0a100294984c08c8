using Sagas.Participants;
using Sagas.Samples.Database;

namespace Sagas.Samples.AgentRuns;

/// <summary>Provisions a sandbox with the branch in it; the undo tears it down.</summary>
public sealed class ProvisionSandbox(SamplesDbContext database, TimeProvider time) : AgentTool(database, time)
{
    protected override string Make(StepContext context, AgentRunInput input)
    {
        var branch = context.Result<ToolResult>(SampleSteps.CreateBranch).Reference;
        return $"sandbox-{context.SagaId:N} of {branch}";
    }
}
