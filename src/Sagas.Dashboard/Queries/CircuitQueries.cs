using Sagas.Orchestration.Resilience;

namespace Sagas.Dashboard.Queries;

/// <summary>Shows the circuit breakers of this worker, for the API and the page.</summary>
internal sealed class CircuitQueries(CircuitBreakers circuits)
{
    /// <summary>All of them, by their destinations.</summary>
    public IReadOnlyList<CircuitView> List() =>
    [
        .. circuits.List().Select(x => new CircuitView
        {
            Destination = x.Destination,
            State = x.State.ToString(),
            Calls = x.Calls,
            Failures = x.Failures,
            ChangedAt = x.ChangedAt,
            RetryInSeconds = x.RetryIn?.TotalSeconds,
        }),
    ];
}
