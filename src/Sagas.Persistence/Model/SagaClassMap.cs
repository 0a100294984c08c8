using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>
/// Maps a saga class to its table: the correlation id is the key, assigned by the saga and never by the database.
/// Override <see cref="Configure(EntityTypeBuilder{TSaga}, ModelBuilder)"/> for the columns.
/// </summary>
/// <typeparam name="TSaga">The saga class.</typeparam>
public abstract class SagaClassMap<TSaga> : ISagaClassMap<TSaga>
    where TSaga : class, ISaga
{
    /// <inheritdoc />
    public Type SagaType => typeof(TSaga);

    /// <inheritdoc />
    public virtual void Configure(ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);

        var entity = model.Entity<TSaga>();
        ConfigureCorrelationIdKey(entity.HasKey(saga => saga.CorrelationId));
        entity.Property(saga => saga.CorrelationId).ValueGeneratedNever();
        Configure(entity, model);
    }

    /// <summary>Maps the saga's own properties. The default maps them by EF's conventions.</summary>
    /// <param name="entity">The saga's entity.</param>
    /// <param name="model">The model being built.</param>
    protected virtual void Configure(EntityTypeBuilder<TSaga> entity, ModelBuilder model)
    {
    }

    /// <summary>Changes the primary key, for instance its name. The default leaves it as it is.</summary>
    /// <param name="keyBuilder">The primary key.</param>
    protected virtual KeyBuilder ConfigureCorrelationIdKey(KeyBuilder keyBuilder) => keyBuilder;
}
