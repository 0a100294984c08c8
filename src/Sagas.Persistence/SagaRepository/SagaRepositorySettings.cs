using System.Data;
using MassTransit;
using Sagas.Persistence.SagaRepository.Locks;

namespace Sagas.Persistence.SagaRepository;

/// <summary>How the sagas of one type are stored.</summary>
/// <param name="ConcurrencyMode">How two deliveries for one saga are kept apart.</param>
/// <param name="IsolationLevel">The isolation of a transaction that the repository begins.</param>
/// <param name="Query">What is done to the query that loads the saga, if anything.</param>
/// <param name="Locks">Who wrote a lock statement, if anybody.</param>
internal sealed record SagaRepositorySettings<TSaga>(
    ConcurrencyMode ConcurrencyMode,
    IsolationLevel IsolationLevel,
    Func<IQueryable<TSaga>, IQueryable<TSaga>>? Query,
    ILockStatementProvider? Locks = null)
    where TSaga : class, ISaga
{
    /// <summary>What writes a lock statement that is to be executed besides the repository's own.</summary>
    public ILockStatementProvider? StatedLocks =>
        ConcurrencyMode == ConcurrencyMode.Pessimistic && Locks is not null && !LockProviders.IsKnown(Locks) ? Locks : null;
}
