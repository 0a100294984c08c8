using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sagas.Persistence.Sql;

/// <summary>The maps of the entities of every model in use; each is made once.</summary>
internal sealed class EntityMaps
{
    private readonly ConcurrentDictionary<IEntityType, EntityMap?> _maps = new();

    /// <summary>The map of an entity, or <see langword="null"/> when it must go through EF's change tracker.</summary>
    /// <exception cref="InvalidOperationException">The context's model does not have the entity.</exception>
    public EntityMap? Find(DbContext context, Type entity)
    {
        var type = context.Model.FindEntityType(entity) ?? throw new InvalidOperationException(
            $"The model of {context.GetType().Name} has no {entity.Name}. Add it in OnModelCreating"
            + $"{(Hint(entity) is { } hint ? $", with modelBuilder.{hint}()" : "")}.");
        return _maps.GetOrAdd(type, static (key, names) => EntityMap.TryCreate(key, names),
            context.GetService<ISqlGenerationHelper>());
    }

    public EntityMap Get<TEntity>(DbContext context)
    {
        return Find(context, typeof(TEntity)) ?? throw new InvalidOperationException(
            $"The mapping of {typeof(TEntity).Name} in {context.GetType().Name} was changed to more than one flat row. "
            + "Map each property to one column of one table.");
    }

    private static string? Hint(Type entity)
    {
        return entity == typeof(InboxState) ? "AddInboxStateEntity"
            : entity == typeof(OutboxMessage) ? "AddOutboxMessageEntity"
            : entity == typeof(StepBarrier) ? "AddStepBarrierEntity"
            : null;
    }
}
