using System.Data.Common;
using MassTransit;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.SagaRepository;

/// <summary>Sagas that are one flat row each: read and written without change tracking.</summary>
internal sealed class FlatSagaTable<TSaga>(DeliveryTransaction transaction, EntityMap map, ConcurrencyMode mode)
    : ISagaTable<TSaga>
    where TSaga : class, ISaga
{
    private readonly Dictionary<TSaga, long> _readVersions = new(ReferenceEqualityComparer.Instance);

    private bool ChecksVersion => mode == ConcurrencyMode.Optimistic && map.Version is not null;

    // Without a version nobody would notice a change in between.
    private bool Locks => mode == ConcurrencyMode.Pessimistic || map.Version is null;

    public async Task<TSaga?> LoadAsync(Guid id, CancellationToken cancellationToken)
    {
        var query = new SagaLookup(map, id, Locks);
        await transaction.AskAsync(query, cancellationToken);
        if (query.Saga is not TSaga saga)
        {
            return null;
        }

        NoteVersion(saga);
        return saga;
    }

    public async Task<bool> TryInsertAsync(TSaga saga, CancellationToken cancellationToken)
    {
        map.Version?.SetVersion(saga, 1);
        var statement = transaction.Dialect.InsertRow(map, saga, null);
        await using var command = transaction.Dialect.CreateCommand(
            transaction.Connection, transaction.Transaction, $"{statement.Text} ON CONFLICT ({map.Key[0].SqlName}) DO NOTHING");
        command.Parameters.AddRange(statement.Parameters.ToArray());
        NoteVersion(saga);
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        }
        catch (DbException exception)
        {
            throw RefusedWrite.Create(exception);
        }
    }

    public void Insert(TSaga saga)
    {
        transaction.Writes.Add(new RowWrite(RowOperation.Insert, map, saga, saga.CorrelationId, false));
    }

    public void Update(TSaga saga)
    {
        // Whoever claimed the saga as due did so for what it was before this change.
        if (saga is SagaState state)
        {
            state.DueClaimedUntil = null;
        }

        Add(RowOperation.Update, saga);
    }

    public void Delete(TSaga saga)
    {
        Add(RowOperation.Delete, saga);
    }

    public void Forget(TSaga saga)
    {
    }

    private void NoteVersion(TSaga saga)
    {
        if (map.Version is { } version)
        {
            _readVersions[saga] = version.GetVersion(saga);
        }
    }

    private void Add(RowOperation operation, TSaga saga)
    {
        transaction.Writes.Add(new RowWrite(
            operation, map, saga, saga.CorrelationId, ChecksVersion, _readVersions.GetValueOrDefault(saga)));
    }
}
