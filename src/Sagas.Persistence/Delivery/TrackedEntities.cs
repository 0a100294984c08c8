using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Sagas.Persistence.Delivery;

/// <summary>
/// What a context tracked before a delivery, so that it can be given back what a delivery that failed has changed: the
/// next attempt may get the same context, where a filter before the retry has made the scope.
/// </summary>
internal sealed class TrackedEntities
{
    private readonly Snapshot[] _entities;

    private TrackedEntities(Snapshot[] entities)
    {
        _entities = entities;
    }

    public static TrackedEntities Of(DbContext context)
    {
        // What belongs to another entity is found by way of that one.
        return new TrackedEntities(
        [
            .. context.ChangeTracker.Entries()
                .Where(entry => !entry.Metadata.IsOwned() && !entry.Metadata.HasSharedClrType)
                .Select(Snapshot.Of),
        ]);
    }

    /// <summary>Forgets what was tracked since, and gives the others the values that they had.</summary>
    public void Restore(DbContext context)
    {
        context.ChangeTracker.Clear();
        foreach (var entity in _entities)
        {
            entity.Restore(context);
        }
    }

    private sealed record Snapshot(
        object Entity,
        EntityState State,
        PropertyValues Current,
        PropertyValues? Original,
        IReadOnlyList<string> Generated)
    {
        public static Snapshot Of(EntityEntry entry)
        {
            return new Snapshot(
                entry.Entity,
                entry.State,
                entry.CurrentValues.Clone(),
                entry.State == EntityState.Added ? null : entry.OriginalValues.Clone(),
                [.. entry.Properties.Where(value => value.IsTemporary).Select(value => value.Metadata.Name)]);
        }

        public void Restore(DbContext context)
        {
            var entry = context.Entry(Entity);
            entry.CurrentValues.SetValues(Current);
            foreach (var name in Generated)
            {
                // The database's again: a value that it gave in the attempt that failed is no longer true.
                var property = entry.Property(name);
                property.CurrentValue = property.Metadata.Sentinel;
            }

            if (Original is null)
            {
                entry.State = EntityState.Added;
                return;
            }

            entry.State = State == EntityState.Deleted ? EntityState.Deleted : EntityState.Unchanged;
            entry.OriginalValues.SetValues(Original);
        }
    }
}
