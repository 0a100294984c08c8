namespace Sagas.Samples.AgentRuns;

/// <summary>The result of a tool's call.</summary>
/// <param name="Reference">What the tool made, for instance a branch's name.</param>
public sealed record ToolResult(string Reference);
