namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>A saga's life: what happens to it, in order, and where it ends.</summary>
internal sealed record Story(string Ending, params IReadOnlyList<Act> Acts);
