namespace Sagas.Orchestration.Resilience;

/// <summary>A circuit breaker changed its state.</summary>
/// <param name="Destination">Whose it is.</param>
/// <param name="State">The state that it is in now.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record CircuitChange(string Destination, CircuitState State, string Reason);
