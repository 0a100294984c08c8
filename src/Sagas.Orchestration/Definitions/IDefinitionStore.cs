using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Definitions;

/// <summary>Where definitions are kept, for all workers to know them.</summary>
internal interface IDefinitionStore
{
    /// <summary>Every stored definition.</summary>
    Task<IReadOnlyList<SagaDefinitionRow>> GetAllAsync(CancellationToken cancellationToken);

    /// <summary>A stored definition, or <see langword="null"/>.</summary>
    Task<SagaDefinitionRow?> GetAsync(string name, int version, CancellationToken cancellationToken);

    /// <summary>The names and versions of every stored definition.</summary>
    async Task<IReadOnlyList<StoredVersion>> GetVersionsAsync(CancellationToken cancellationToken) =>
        [.. (await GetAllAsync(cancellationToken))
            .Select(row => new StoredVersion(row.Name, row.Version, row.WithdrawnAt is not null))];

    /// <summary>
    /// Stores a definition in a transaction of its own, unless one of that name and version is stored already. One that
    /// is not used yet gives way to another content.
    /// </summary>
    /// <returns>What is stored.</returns>
    Task<SagaDefinitionRow> GetOrAddAsync(SagaDefinitionRow row, CancellationToken cancellationToken);
}
