using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

/// <summary>The saga definitions, as they were first used.</summary>
public sealed class DefinitionStore
{
    private readonly Database<SagaStoreDbContext> _database;

    internal DefinitionStore(Database<SagaStoreDbContext> database)
    {
        _database = database;
    }

    /// <summary>
    /// Stores a definition, unless one of that name and version is stored; one that no saga has started on yet gives way
    /// to another content. Of several that come at once, one is stored and all get that one. Not to be called within a
    /// delivery: it has a transaction of its own.
    /// </summary>
    /// <remarks>
    /// A row that is used marks the stored one as used as well: from then on it never changes. Nor does one on which sagas
    /// run: a worker that knows no other definitions than used ones does not mark them.
    /// </remarks>
    /// <param name="row">The definition.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The definition that is stored, whose hash may be another.</returns>
    public Task<SagaDefinitionRow> GetOrAddAsync(SagaDefinitionRow row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);

        return _database.WriteAsync(
            async session =>
            {
                var map = session.Map<SagaDefinitionRow>();
                var statement = session.Dialect.InsertRow(map, row, null);
                await using var command = session.Command(
                    $"""
                    {statement.Text}
                    ON CONFLICT (name, version) DO UPDATE SET
                        hash = excluded.hash,
                        content = CASE WHEN saga_definition.hash = excluded.hash
                            THEN saga_definition.content ELSE excluded.content END,
                        created_at = excluded.created_at,
                        is_used = excluded.is_used
                    WHERE NOT saga_definition.is_used AND (
                        (saga_definition.hash = excluded.hash AND excluded.is_used)
                        OR (saga_definition.hash <> excluded.hash AND NOT EXISTS (
                            SELECT 1 FROM {session.Map<SagaState>().Table} AS saga
                            WHERE saga.name = excluded.name AND saga.version = excluded.version)))
                    """);
                command.Parameters.AddRange(statement.Parameters.ToArray());
                await command.ExecuteNonQueryAsync(cancellationToken);
                return await Find(session.Context, row.Name, row.Version).SingleAsync(cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>The definition of that name and version, or <see langword="null"/> when none was used yet.</summary>
    /// <param name="name">The definition's name.</param>
    /// <param name="version">The definition's version.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<SagaDefinitionRow?> GetAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        return _database.ReadAsync(
            session => Find(session.Context, name, version).SingleOrDefaultAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Every definition, by name and version.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<IReadOnlyList<SagaDefinitionRow>> GetAllAsync(CancellationToken cancellationToken = default)
    {
        return _database.ReadAsync<IReadOnlyList<SagaDefinitionRow>>(
            async session => await session.Context.Set<SagaDefinitionRow>()
                .AsNoTracking()
                .OrderBy(row => row.Name)
                .ThenBy(row => row.Version)
                .ToListAsync(cancellationToken),
            cancellationToken);
    }

    /// <summary>The names and versions of all of them.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<IReadOnlyList<StoredVersion>> GetVersionsAsync(CancellationToken cancellationToken = default)
    {
        return _database.ReadAsync<IReadOnlyList<StoredVersion>>(
            async session => await session.Context.Set<SagaDefinitionRow>()
                .Select(row => new StoredVersion(row.Name, row.Version, row.WithdrawnAt != null))
                .ToListAsync(cancellationToken),
            cancellationToken);
    }

    private static IQueryable<SagaDefinitionRow> Find(DbContext context, string name, int version)
    {
        return context.Set<SagaDefinitionRow>().AsNoTracking().Where(row => row.Name == name && row.Version == version);
    }
}
