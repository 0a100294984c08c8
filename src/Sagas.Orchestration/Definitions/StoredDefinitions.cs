using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Definitions;

/// <summary>The table <c>saga_definition</c>.</summary>
internal sealed class StoredDefinitions(DefinitionStore store) : IDefinitionStore
{
    public Task<IReadOnlyList<SagaDefinitionRow>> GetAllAsync(CancellationToken cancellationToken) =>
        store.GetAllAsync(cancellationToken);

    public Task<IReadOnlyList<StoredVersion>> GetVersionsAsync(CancellationToken cancellationToken) =>
        store.GetVersionsAsync(cancellationToken);

    public Task<SagaDefinitionRow?> GetAsync(string name, int version, CancellationToken cancellationToken) =>
        store.GetAsync(name, version, cancellationToken);

    public Task<SagaDefinitionRow> GetOrAddAsync(SagaDefinitionRow row, CancellationToken cancellationToken) =>
        store.GetOrAddAsync(row, cancellationToken);
}
