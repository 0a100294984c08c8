namespace Sagas.Dashboard.Queries;

/// <summary>How the circuit breaker of a destination stands in this worker.</summary>
internal sealed record CircuitView
{
    /// <summary>The host and port.</summary>
    public required string Destination { get; init; }

    /// <summary><c>Closed</c>, <c>Open</c> or <c>HalfOpen</c>.</summary>
    public required string State { get; init; }

    /// <summary>How many calls its window holds.</summary>
    public required int Calls { get; init; }

    /// <summary>How many of them failed.</summary>
    public required int Failures { get; init; }

    /// <summary>When it came into its state.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>While it is open: in how many seconds calls are tried again.</summary>
    public double? RetryInSeconds { get; init; }
}
