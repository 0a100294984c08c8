namespace Sagas.Persistence.Configuration;

/// <summary>The end of the host, as a loop in the background comes upon it.</summary>
internal static class HostEnd
{
    /// <summary>
    /// Whether something failed because the host stops; or because it is disposed without a stop, as after a start that
    /// was broken off: then its services are gone before its loops are told.
    /// </summary>
    public static bool Explains(Exception exception, CancellationToken stopping)
    {
        return stopping.IsCancellationRequested
            || exception is ObjectDisposedException { ObjectName: nameof(IServiceProvider) };
    }
}
