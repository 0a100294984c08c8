using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Sagas.Persistence;

/// <summary>
/// The rows that a context would insert if it saved its changes, where that is all it would do: then they can be
/// written together with those of others.
/// </summary>
internal sealed class TrackedInserts(EntityMaps maps)
{
    private readonly ConcurrentDictionary<Type, bool> _overrideSaving = new();

    /// <returns>The rows, or <see langword="null"/> where the context itself has to save its changes.</returns>
    public IReadOnlyList<RowWrite>? Find(DbContext context)
    {
        if (HasAHandInSaving(context))
        {
            return null;
        }

        var inserts = new List<RowWrite>();
        foreach (var entry in context.ChangeTracker.Entries().Where(entry => entry.State != EntityState.Unchanged))
        {
            if (entry.State != EntityState.Added || MapOf(entry) is not { } map)
            {
                return null;
            }

            inserts.Add(new RowWrite(RowOperation.Insert, map, entry.Entity, null, false));
        }

        return inserts;
    }

    /// <summary>Has the context know that the rows are there.</summary>
    public static void Accept(DbContext context, IEnumerable<object> rows)
    {
        foreach (var entry in rows.Select(context.Entry))
        {
            entry.State = entry.Properties.Any(property => property.IsTemporary)
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

    private EntityMap? MapOf(EntityEntry entry)
    {
        var type = entry.Metadata;
        if (type.HasSharedClrType || type.GetForeignKeys().Any() || type.GetReferencingForeignKeys().Any()
            || maps.Find(entry.Context, type.ClrType) is not { } map)
        {
            return null;
        }

        // A key that the application gave in the database's place would be lost.
        return entry.Properties.All(property => property.IsTemporary == (property.Metadata == map.Generated?.Property))
            ? map
            : null;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = nameof(DbContext.SavingChanges))]
    private static extern ref EventHandler<SavingChangesEventArgs>? SavingChanges(DbContext context);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = nameof(DbContext.SavedChanges))]
    private static extern ref EventHandler<SavedChangesEventArgs>? SavedChanges(DbContext context);
}
