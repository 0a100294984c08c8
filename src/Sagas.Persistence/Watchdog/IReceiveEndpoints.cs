namespace Sagas.Persistence.Watchdog;

/// <summary>The receive endpoints of a bus, as the watchdog sees them.</summary>
internal interface IReceiveEndpoints
{
    /// <summary>Looks at every endpoint.</summary>
    /// <returns>How each was found, or null if the broker did not answer.</returns>
    Task<IReadOnlyList<EndpointLook>?> LookAsync(CancellationToken stop);

    /// <summary>Stops an endpoint and starts it.</summary>
    /// <exception cref="TimeoutException">It does not stop.</exception>
    Task RestartAsync(string queue, CancellationToken stop);
}
