namespace Sagas.Orchestration.Resilience;

/// <summary>How a circuit breaker stands, for an operator.</summary>
/// <param name="Destination">Whose it is.</param>
/// <param name="State">Its state.</param>
/// <param name="Calls">How many calls the window holds.</param>
/// <param name="Failures">How many of them failed.</param>
/// <param name="ChangedAt">When it came into its state.</param>
/// <param name="RetryIn">
/// How long no call passes; <see langword="null"/> unless it is open.
/// </param>
internal sealed record CircuitBreakerSnapshot(
    string Destination, CircuitState State, int Calls, int Failures, DateTimeOffset ChangedAt, TimeSpan? RetryIn);
