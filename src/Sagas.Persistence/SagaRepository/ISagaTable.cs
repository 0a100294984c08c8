using MassTransit;

namespace Sagas.Persistence.SagaRepository;

/// <summary>The rows of one saga type, within a delivery. What changes is written when the delivery ends.</summary>
internal interface ISagaTable<TSaga>
    where TSaga : class, ISaga
{
    /// <summary>
    /// Reads the saga and locks it, in the pessimistic mode and where it has no version; <see langword="null"/> when
    /// there is none.
    /// </summary>
    Task<TSaga?> LoadAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Inserts the saga at once, unless one with its id exists.</summary>
    Task<bool> TryInsertAsync(TSaga saga, CancellationToken cancellationToken);

    void Insert(TSaga saga);

    void Update(TSaga saga);

    void Delete(TSaga saga);

    /// <summary>Leaves the row as it is.</summary>
    void Forget(TSaga saga);
}
