using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence.Model;

namespace Sagas.Persistence;

/// <summary>Maps <see cref="JobTypeSaga"/>: the limits and the active jobs of a type of job.</summary>
/// <param name="optimistic">Whether its version is a concurrency token, for <see cref="ConcurrencyMode.Optimistic"/>.</param>
public class JobTypeSagaMap(bool optimistic) : SagaClassMap<JobTypeSaga>
{
    /// <inheritdoc />
    protected override void Configure(EntityTypeBuilder<JobTypeSaga> entity, ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(entity);

        entity.WithoutLengths();
        entity.Ignore(saga => saga.RowVersion);
        entity.HasVersion(optimistic);
        entity.Property(saga => saga.ActiveJobs).HasJsonConversion();
        entity.Property(saga => saga.Instances).HasJsonConversion();
        entity.Property(saga => saga.Properties).HasJsonConversion();
    }
}

/// <summary>Maps <see cref="JobSaga"/>: a job.</summary>
/// <param name="optimistic">Whether its version is a concurrency token, for <see cref="ConcurrencyMode.Optimistic"/>.</param>
public class JobSagaMap(bool optimistic) : SagaClassMap<JobSaga>
{
    /// <inheritdoc />
    protected override void Configure(EntityTypeBuilder<JobSaga> entity, ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(entity);

        entity.WithoutLengths();
        entity.Ignore(saga => saga.RowVersion);
        entity.HasVersion(optimistic);
        entity.Property(saga => saga.Job).HasJsonConversion();
        entity.Property(saga => saga.IncompleteAttempts).HasJsonConversion();
        entity.Property(saga => saga.JobState).HasJsonConversion();
        entity.Property(saga => saga.JobProperties).HasJsonConversion();
    }
}

/// <summary>Maps <see cref="JobAttemptSaga"/>: an attempt at a job, deleted with it.</summary>
/// <param name="optimistic">Whether its version is a concurrency token, for <see cref="ConcurrencyMode.Optimistic"/>.</param>
public class JobAttemptSagaMap(bool optimistic) : SagaClassMap<JobAttemptSaga>
{
    /// <inheritdoc />
    protected override void Configure(EntityTypeBuilder<JobAttemptSaga> entity, ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(entity);

        entity.WithoutLengths();
        entity.Ignore(saga => saga.RowVersion);
        entity.HasVersion(optimistic);
        entity.HasOne<JobSaga>().WithMany().HasForeignKey(saga => saga.JobId).OnDelete(DeleteBehavior.Cascade);
        entity.HasIndex(saga => new { saga.JobId, saga.RetryAttempt }).IsUnique();
    }
}

/// <summary>Maps <see cref="FutureState"/>.</summary>
/// <param name="optimistic">Whether its version is a concurrency token, for <see cref="ConcurrencyMode.Optimistic"/>.</param>
public class FutureStateMap(bool optimistic) : SagaClassMap<FutureState>
{
    /// <inheritdoc />
    protected override void Configure(EntityTypeBuilder<FutureState> entity, ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(entity);

        entity.Ignore(saga => saga.RowVersion);
        entity.Property(saga => saga.Version).IsConcurrencyToken(optimistic);
        entity.Property(saga => saga.Command).HasJsonConversion();
        entity.Property(saga => saga.Pending).HasJsonConversion();
        entity.Property(saga => saga.Subscriptions).HasJsonConversion();
        entity.Property(saga => saga.Variables).HasJsonConversion();
        entity.Property(saga => saga.Results).HasJsonConversion();
        entity.Property(saga => saga.Faults).HasJsonConversion();
    }
}

internal static class VersionedSagaExtensions
{
    /// <summary>The version, which the repository counts up, or no version where rows are locked.</summary>
    public static void HasVersion<TSaga>(this EntityTypeBuilder<TSaga> entity, bool isToken)
        where TSaga : class, ISagaVersion
    {
        if (isToken)
        {
            entity.Property(saga => saga.Version).IsConcurrencyToken();
        }
        else
        {
            entity.Ignore(saga => saga.Version);
        }
    }
}
