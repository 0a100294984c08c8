using Sagas.Participants;
using Sagas.Samples.Database;

namespace Sagas.Samples.AgentRuns;

/// <summary>Creates a branch; the undo deletes it.</summary>
public sealed class CreateBranch(SamplesDbContext database, TimeProvider time) : AgentTool(database, time)
{
    protected override string Make(StepContext context, AgentRunInput input)
    {
        return $"{input.Repository}:agent/{input.Task}";
    }
}
