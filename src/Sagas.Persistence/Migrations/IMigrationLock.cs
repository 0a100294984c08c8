namespace Sagas.Persistence.Migrations;

/// <summary>Lets one process at a time migrate a database.</summary>
internal interface IMigrationLock
{
    /// <summary>Waits for the lock, and holds it until the result is disposed, or the process dies.</summary>
    Task<IAsyncDisposable> AcquireAsync(CancellationToken cancellationToken);
}
