using System.Data;
using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.SagaRepository;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence;

/// <summary>
/// Makes saga repositories without a container, for receive endpoints that are configured by hand. Each delivery has a
/// context and a transaction of its own.
/// </summary>
/// <typeparam name="TSaga">The saga.</typeparam>
[SuppressMessage("Design", "CA1000", Justification = "The names are MassTransit's.")]
public static class EntityFrameworkSagaRepository<TSaga>
    where TSaga : class, ISaga
{
    /// <summary>A repository that finds conflicts by the saga's version.</summary>
    /// <param name="dbContextFactory">Makes the contexts.</param>
    /// <param name="queryCustomization">Changes the query that loads the saga.</param>
    /// <param name="isTransactionEnabled">Is ignored: a delivery is one transaction always.</param>
    public static ISagaRepository<TSaga> CreateOptimistic(
        ISagaDbContextFactory<TSaga> dbContextFactory,
        Func<IQueryable<TSaga>, IQueryable<TSaga>>? queryCustomization = null,
        bool isTransactionEnabled = true)
    {
        _ = isTransactionEnabled;
        return Create(dbContextFactory, ConcurrencyMode.Optimistic, null, queryCustomization);
    }

    /// <inheritdoc cref="CreateOptimistic(ISagaDbContextFactory{TSaga}, Func{IQueryable{TSaga}, IQueryable{TSaga}}, bool)" />
    public static ISagaRepository<TSaga> CreateOptimistic(
        Func<DbContext> dbContextFactory,
        Func<IQueryable<TSaga>, IQueryable<TSaga>>? queryCustomization = null,
        bool isTransactionEnabled = true)
    {
        return CreateOptimistic(
            new DelegateSagaDbContextFactory<TSaga>(dbContextFactory), queryCustomization, isTransactionEnabled);
    }

    /// <summary>A repository that locks the saga's row.</summary>
    /// <param name="dbContextFactory">Makes the contexts.</param>
    /// <param name="lockStatementProvider">One of your own is executed before the repository's own lock.</param>
    /// <param name="queryCustomization">Changes the query that loads the saga.</param>
    /// <param name="isTransactionEnabled">Is ignored: a delivery is one transaction always.</param>
    public static ISagaRepository<TSaga> CreatePessimistic(
        ISagaDbContextFactory<TSaga> dbContextFactory,
        ILockStatementProvider? lockStatementProvider = null,
        Func<IQueryable<TSaga>, IQueryable<TSaga>>? queryCustomization = null,
        bool isTransactionEnabled = true)
    {
        _ = isTransactionEnabled;
        return Create(dbContextFactory, ConcurrencyMode.Pessimistic, lockStatementProvider, queryCustomization);
    }

    /// <inheritdoc cref="CreatePessimistic(ISagaDbContextFactory{TSaga}, ILockStatementProvider, Func{IQueryable{TSaga}, IQueryable{TSaga}}, bool)" />
    public static ISagaRepository<TSaga> CreatePessimistic(
        Func<DbContext> dbContextFactory,
        ILockStatementProvider? lockStatementProvider = null,
        Func<IQueryable<TSaga>, IQueryable<TSaga>>? queryCustomization = null,
        bool isTransactionEnabled = true)
    {
        return CreatePessimistic(
            new DelegateSagaDbContextFactory<TSaga>(dbContextFactory),
            lockStatementProvider,
            queryCustomization,
            isTransactionEnabled);
    }

    private static SagaRepository<TSaga> Create(
        ISagaDbContextFactory<TSaga> contexts,
        ConcurrencyMode mode,
        ILockStatementProvider? locks,
        Func<IQueryable<TSaga>, IQueryable<TSaga>>? query)
    {
        ArgumentNullException.ThrowIfNull(contexts);

        var repository = new CreatedContextRepositoryFactory<TSaga>(
            contexts,
            new SagaConsumeContextFactory<DbContext, TSaga>(),
            new SagaRepositorySettings<TSaga>(mode, IsolationLevel.ReadCommitted, query, locks),
            scope: null,
            WithoutContainer.Dialects,
            WithoutContainer.Maps);
        return new SagaRepository<TSaga>(repository, repository, repository);
    }
}

/// <summary>What repositories share that are made without a container.</summary>
internal static class WithoutContainer
{
    public static SqlDialects Dialects { get; } = new();

    public static EntityMaps Maps { get; } = new();
}
