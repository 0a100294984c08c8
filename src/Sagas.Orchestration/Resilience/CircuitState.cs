namespace Sagas.Orchestration.Resilience;

/// <summary>The state of a circuit breaker. The numbers are the values of its metric.</summary>
internal enum CircuitState
{
    /// <summary>Calls pass.</summary>
    Closed = 0,

    /// <summary>A few calls pass, to see whether the destination is well again.</summary>
    HalfOpen = 1,

    /// <summary>No call passes.</summary>
    Open = 2,
}
