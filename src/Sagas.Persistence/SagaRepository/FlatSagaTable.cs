using MassTransit;

namespace Sagas.Persistence;

/// <summary>Sagas that are one flat row each: read and written without change tracking.</summary>
internal sealed class FlatSagaTable<TSaga>(DeliveryTransaction transaction, EntityMap map, ConcurrencyMode mode)
    : ISagaTable<TSaga>
    where TSaga : class, ISaga
{
    private bool ChecksVersion => mode == ConcurrencyMode.Optimistic && map.Version is not null;

    public async Task<TSaga?> LoadAsync(Guid id, CancellationToken cancellationToken)
    {
        var locking = mode == ConcurrencyMode.Pessimistic ? transaction.Dialect.ForUpdate : "";
        await using var command = transaction.Dialect.CreateCommand(
            transaction.Connection, transaction.Transaction, map.SelectByKey + locking, id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (TSaga)map.Read(reader) : null;
    }

    public async Task<bool> TryInsertAsync(TSaga saga, CancellationToken cancellationToken)
    {
        map.Version?.SetVersion(saga, 1);
        var statement = transaction.Dialect.InsertRow(map, saga, null);
        await using var command = transaction.Dialect.CreateCommand(
            transaction.Connection, transaction.Transaction, $"{statement.Text} ON CONFLICT DO NOTHING");
        command.Parameters.AddRange(statement.Parameters.ToArray());
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
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

        transaction.Writes.Add(new RowWrite(RowOperation.Update, map, saga, saga.CorrelationId, ChecksVersion));
    }

    public void Delete(TSaga saga)
    {
        transaction.Writes.Add(new RowWrite(RowOperation.Delete, map, saga, saga.CorrelationId, ChecksVersion));
    }

    public void Forget(TSaga saga)
    {
    }
}
