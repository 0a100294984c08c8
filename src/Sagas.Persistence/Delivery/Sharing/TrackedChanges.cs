using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>
/// The rows that a context would write if it saved its changes, where that is all it would do: then they can be written
/// together with those of others.
/// </summary>
internal sealed class TrackedChanges(EntityMaps maps)
{
    private readonly ConcurrentDictionary<Type, bool> _overrideSaving = new();

    /// <returns>The rows, or <see langword="null"/> where the context itself has to save its changes.</returns>
    public IReadOnlyList<RowWrite>? Find(DbContext context)
    {
        if (HasAHandInSaving(context))
        {
            return null;
        }

        var writes = new List<RowWrite>();
        foreach (var entry in context.ChangeTracker.Entries().Where(entry => entry.State != EntityState.Unchanged))
        {
            if (WriteOf(entry) is not { } write)
            {
                return null;
            }

            writes.Add(write);
        }

        return writes;
    }

    /// <summary>Has the context know that the rows are written.</summary>
    public static void Accept(DbContext context, IEnumerable<object> rows)
    {
        foreach (var entry in rows.Select(context.Entry))
        {
            entry.State = entry.State == EntityState.Deleted || entry.Properties.Any(property => property.IsTemporary)
                ? EntityState.Detached
                : EntityState.Unchanged;
        }
    }

    /// <summary>Whether code of the application's own takes part when the context saves its changes.</summary>
    private bool HasAHandInSaving(DbContext context)
    {
        var interceptors = context.GetService<IInterceptors>();
        return _overrideSaving.GetOrAdd(context.GetType(), OverridesSaving)
            || interceptors.Aggregate<ISaveChangesInterceptor>() is not null
            || interceptors.Aggregate<IDbCommandInterceptor>() is not null
            || SavingChanges(context) is not null
            || SavedChanges(context) is not null;
    }

    private static bool OverridesSaving(Type context)
    {
        return context.GetMethods().Any(method =>
            method.Name is nameof(DbContext.SaveChanges) or nameof(DbContext.SaveChangesAsync)
            && method.DeclaringType != typeof(DbContext));
    }

    private RowWrite? WriteOf(EntityEntry entry)
    {
        if (MapOf(entry) is not { } map)
        {
            return null;
        }

        RowWrite To(RowOperation operation) => new(operation, map, entry.Entity, null, false);
        switch (entry.State)
        {
            case EntityState.Added:
                return To(RowOperation.Insert);

            // What has a version is read first.
            case EntityState.Deleted when map.Version is null:
                return To(RowOperation.Delete);

            case EntityState.Modified when map.Version is null:
                ColumnMap[] modified = [.. map.Columns.Where(column => entry.Property(column.Property).IsModified)];
                return modified.Length > 0 && modified.All(map.Updated.Contains)
                    ? To(RowOperation.Update) with { Columns = modified }
                    : null;

            default:
                return null;
        }
    }

    private EntityMap? MapOf(EntityEntry entry)
    {
        var type = entry.Metadata;
        if (type.HasSharedClrType || maps.Find(entry.Context, type.ClrType) is not { IsWhole: true } map)
        {
            return null;
        }

        // A key that the application gave in the database's place would be lost.
        var generated = entry.State == EntityState.Added ? map.Generated?.Property : null;
        return entry.Properties.All(property => property.IsTemporary == (property.Metadata == generated)) ? map : null;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = nameof(DbContext.SavingChanges))]
    private static extern ref EventHandler<SavingChangesEventArgs>? SavingChanges(DbContext context);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = nameof(DbContext.SavedChanges))]
    private static extern ref EventHandler<SavedChangesEventArgs>? SavedChanges(DbContext context);
}
