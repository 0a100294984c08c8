using Sagas.Participants;
using Sagas.Samples.Database;

namespace Sagas.Samples.AgentRuns;

/// <summary>Deploys a preview out of the sandbox; the undo removes it.</summary>
public sealed class DeployPreview(SamplesDbContext database, TimeProvider time) : AgentTool(database, time)
{
    protected override string Make(StepContext context, AgentRunInput input)
    {
        var sandbox = context.Result<ToolResult>(SampleSteps.ProvisionSandbox).Reference;
        return $"https://preview.invalid/{context.SagaId:N} from {sandbox}";
    }
}
