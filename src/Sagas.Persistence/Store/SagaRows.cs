using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

/// <summary>Reads the rows of sagas outside of deliveries.</summary>
public sealed class SagaRows
{
    private readonly Database<SagaStoreDbContext> _database;

    internal SagaRows(Database<SagaStoreDbContext> database)
    {
        _database = database;
    }

    /// <summary>The committed row of a saga, or <see langword="null"/> if there is none.</summary>
    /// <param name="sagaId">The saga.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<SagaState?> FindAsync(Guid sagaId, CancellationToken cancellationToken = default)
    {
        return _database.ReadAsync(
            session => session.Context.Set<SagaState>()
                .AsNoTracking()
                .SingleOrDefaultAsync(saga => saga.CorrelationId == sagaId, cancellationToken),
            cancellationToken);
    }
}
