namespace Sagas.Orchestration.Resilience;

/// <summary>Why a call was not made. They stand in the history and in the views.</summary>
internal static class DeferralCodes
{
    /// <summary>The destination's circuit breaker is open.</summary>
    public const string CircuitOpen = "CIRCUIT_OPEN";

    /// <summary>As many calls to the destination are under way, or wait for their turn, as are allowed.</summary>
    public const string BulkheadFull = "BULKHEAD_FULL";

    /// <summary>All connections are taken.</summary>
    public const string ConnectionsBusy = "CONNECTIONS_BUSY";

    /// <summary>As many bytes of payload are in flight as are allowed.</summary>
    public const string PayloadLimit = "PAYLOAD_LIMIT";

    /// <summary>The worker's processor is busy.</summary>
    public const string CpuBusy = "CPU_BUSY";

    /// <summary>The worker may not call the host; another one may.</summary>
    public const string HostNotAllowed = "HTTP_HOST_NOT_ALLOWED";

    /// <summary>The worker has not the secret that the step needs; another one may.</summary>
    public const string SecretMissing = "HTTP_SECRET_MISSING";

    /// <summary>
    /// The worker does not know the definition, or cannot read it: a later version of the worker may have stored it.
    /// </summary>
    public const string DefinitionNotUsable = "DEFINITION_NOT_USABLE";

    /// <summary>The worker cannot read the saga's row: a later version of the worker may have written it.</summary>
    public const string SagaNotReadable = "SAGA_NOT_READABLE";
}
