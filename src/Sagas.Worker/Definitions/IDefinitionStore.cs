using Sagas.Persistence;

namespace Sagas.Worker.Definitions;

/// <summary>Where definitions are kept once they have been used.</summary>
internal interface IDefinitionStore
{
    /// <summary>Every stored definition.</summary>
    Task<IReadOnlyList<SagaDefinitionRow>> GetAllAsync(CancellationToken cancellationToken);

    /// <summary>A stored definition, or <see langword="null"/>.</summary>
    Task<SagaDefinitionRow?> GetAsync(string name, int version, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a definition in a transaction of its own, unless one of that name and version is stored already.
    /// </summary>
    /// <returns>What is stored.</returns>
    Task<SagaDefinitionRow> GetOrAddAsync(SagaDefinitionRow row, CancellationToken cancellationToken);
}
