using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sagas.Persistence;

/// <summary>
/// Maps a saga class to its table: the correlation id is the key, assigned by the saga and never by the database.
/// Override <see cref="Configure(EntityTypeBuilder{TSaga}, ModelBuilder)"/> for the columns.
/// </summary>
/// <typeparam name="TSaga">The saga class.</typeparam>
public abstract class SagaClassMap<TSaga> : ISagaClassMap
    where TSaga : class, ISaga
{
    /// <inheritdoc />
    public Type SagaType => typeof(TSaga);

    /// <inheritdoc />
    public void Configure(ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);

        var entity = model.Entity<TSaga>();
        entity.HasKey(saga => saga.CorrelationId);
        entity.Property(saga => saga.CorrelationId).ValueGeneratedNever();
        Configure(entity, model);
    }

    /// <summary>Maps the saga's own properties. The default maps them by EF's conventions.</summary>
    /// <param name="entity">The saga's entity.</param>
    /// <param name="model">The model being built.</param>
    protected virtual void Configure(EntityTypeBuilder<TSaga> entity, ModelBuilder model)
    {
    }
}
