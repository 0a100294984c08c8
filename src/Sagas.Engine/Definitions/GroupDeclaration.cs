namespace Sagas.Engine.Definitions;

/// <summary>A group of steps that start together, as its author declared it.</summary>
/// <param name="Path">Where it stands in its document.</param>
/// <param name="Steps">How many steps it has.</param>
internal sealed record GroupDeclaration(string Path, int Steps);
