using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>Stores the sagas of job consumers, whose rows are locked (ConcurrencyMode.Pessimistic).</summary>
/// <param name="options">The context's options.</param>
public class JobServiceSagaDbContext(DbContextOptions<JobServiceSagaDbContext> options) : SagaDbContext(options)
{
    /// <inheritdoc />
    protected override IEnumerable<ISagaClassMap> Configurations =>
        [new JobTypeSagaMap(false), new JobSagaMap(false), new JobAttemptSagaMap(false)];
}

/// <summary>Stores the sagas of job consumers, whose rows have a version (ConcurrencyMode.Optimistic).</summary>
/// <param name="options">The context's options.</param>
public class OptimisticJobServiceSagaDbContext(DbContextOptions<OptimisticJobServiceSagaDbContext> options)
    : SagaDbContext(options)
{
    /// <inheritdoc />
    protected override IEnumerable<ISagaClassMap> Configurations =>
        [new JobTypeSagaMap(true), new JobSagaMap(true), new JobAttemptSagaMap(true)];
}

/// <summary>Stores futures, whose rows are locked (ConcurrencyMode.Pessimistic).</summary>
/// <param name="options">The context's options.</param>
public class FutureSagaDbContext(DbContextOptions<FutureSagaDbContext> options) : SagaDbContext(options)
{
    /// <inheritdoc />
    protected override IEnumerable<ISagaClassMap> Configurations => [new FutureStateMap(false)];
}

/// <summary>Stores futures, whose rows have a version (ConcurrencyMode.Optimistic).</summary>
/// <param name="options">The context's options.</param>
public class OptimisticFutureSagaDbContext(DbContextOptions<OptimisticFutureSagaDbContext> options)
    : SagaDbContext(options)
{
    /// <inheritdoc />
    protected override IEnumerable<ISagaClassMap> Configurations => [new FutureStateMap(true)];
}
