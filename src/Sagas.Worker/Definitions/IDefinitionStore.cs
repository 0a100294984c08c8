using Sagas.Persistence;

namespace Sagas.Worker.Definitions;

/// <summary>Where definitions are kept once they have been used.</summary>
internal interface IDefinitionStore
{
    /// <summary>Finds a stored definition.</summary>
    Task<SagaDefinitionRow?> FindAsync(string name, int version, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a definition unless one of that name and version is stored already; returns what is stored.
    /// </summary>
    Task<SagaDefinitionRow> GetOrAddAsync(SagaDefinitionRow row, CancellationToken cancellationToken);
}
