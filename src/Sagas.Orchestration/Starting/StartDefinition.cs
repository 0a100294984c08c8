using Sagas.Engine.Definitions;

namespace Sagas.Orchestration.Starting;

/// <summary>What a start is for: a payload of the delivery.</summary>
/// <param name="Definition">The definition as stored; <see langword="null"/> if no worker knows one.</param>
internal sealed record StartDefinition(SagaDefinition? Definition);
