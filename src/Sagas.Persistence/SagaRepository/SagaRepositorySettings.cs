using System.Data;
using MassTransit;

namespace Sagas.Persistence;

/// <summary>How the sagas of one type are stored.</summary>
/// <param name="ConcurrencyMode">How two deliveries for one saga are kept apart.</param>
/// <param name="IsolationLevel">The isolation of a transaction that the repository begins.</param>
/// <param name="Query">What is done to the query that loads the saga, if anything.</param>
internal sealed record SagaRepositorySettings<TSaga>(
    ConcurrencyMode ConcurrencyMode,
    IsolationLevel IsolationLevel,
    Func<IQueryable<TSaga>, IQueryable<TSaga>>? Query)
    where TSaga : class, ISaga;
