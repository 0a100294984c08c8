namespace Sagas.Samples.AgentRuns;

/// <summary>A row of <c>agent_action</c>: a tool that an agent has called, and whether the call was undone.</summary>
public sealed class AgentAction
{
    public Guid Id { get; set; }

    public Guid SagaId { get; set; }

    public string Tool { get; set; } = "";

    /// <summary>What the tool made, for instance a branch's name.</summary>
    public string Reference { get; set; } = "";

    public DateTime DoneAt { get; set; }

    public DateTime? UndoneAt { get; set; }
}
