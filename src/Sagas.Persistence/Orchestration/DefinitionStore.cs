using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>The saga definitions, as they were first used.</summary>
public sealed class DefinitionStore
{
    private readonly Database<SagaStoreDbContext> _database;

    internal DefinitionStore(Database<SagaStoreDbContext> database)
    {
        _database = database;
    }

    /// <summary>
    /// Stores a definition, unless one of that name and version is stored. Of several that come at once, one is stored
    /// and all get that one. Not to be called within a delivery: it has a transaction of its own.
    /// </summary>
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
                await using var command = session.Command($"{statement.Text} ON CONFLICT DO NOTHING");
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

    private static IQueryable<SagaDefinitionRow> Find(DbContext context, string name, int version)
    {
        return context.Set<SagaDefinitionRow>().AsNoTracking().Where(row => row.Name == name && row.Version == version);
    }
}
