namespace Sagas.Samples.AgentRuns;

/// <summary>The input of the saga <c>agent-run</c>.</summary>
/// <param name="Task">What the agent is to do, for instance <c>fix-login</c>; names of branches and the like are made
/// of it.</param>
/// <param name="Repository">Where it does it.</param>
public sealed record AgentRunInput(string Task, string Repository = "shop");
