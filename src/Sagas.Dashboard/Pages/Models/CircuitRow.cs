namespace Sagas.Dashboard.Pages.Models;

/// <summary>A circuit breaker of this worker.</summary>
/// <param name="Destination">The host and port.</param>
/// <param name="State"><c>Closed</c>, <c>Open</c> or <c>HalfOpen</c>.</param>
/// <param name="Calls">How many calls its window holds.</param>
/// <param name="Failures">How many of them failed.</param>
/// <param name="ChangedAt">When it came into its state.</param>
/// <param name="RetryIn">While it is open: after how long calls are tried again.</param>
public sealed record CircuitRow(
    string Destination, string State, int Calls, int Failures, DateTimeOffset ChangedAt, TimeSpan? RetryIn);
