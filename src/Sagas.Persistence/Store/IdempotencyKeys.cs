using Sagas.Persistence.Delivery;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

/// <summary>
/// Makes sure that a start request which is repeated under the same key starts one saga, and that an operator's command
/// has its effect once.
/// </summary>
public sealed class IdempotencyKeys
{
    private readonly SqlDialects _dialects;
    private readonly EntityMaps _maps;

    internal IdempotencyKeys(SqlDialects dialects, EntityMaps maps)
    {
        _dialects = dialects;
        _maps = maps;
    }

    /// <summary>
    /// Reserves the key for a saga, as part of the delivery: the reservation is there when the delivery commits. When
    /// another delivery is reserving the same key, this one waits for it to end. A key that has expired is free, once its
    /// saga has ended.
    /// </summary>
    /// <param name="transaction">The delivery, over <see cref="SagaStoreDbContext"/>.</param>
    /// <param name="key">The key.</param>
    /// <param name="requestHash">The hash of the request.</param>
    /// <param name="sagaId">The saga that the request is to start.</param>
    /// <param name="now">The present instant (UTC).</param>
    /// <param name="expiresAt">From when on (UTC) the key is free again, if its saga has ended by then.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The reservation, or the saga and the request hash that the key belongs to.</returns>
    public async Task<IdempotencyReservation> ReserveAsync(
        IDeliveryTransaction transaction,
        string key,
        string requestHash,
        Guid sagaId,
        DateTime now,
        DateTime expiresAt,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);

        var running = (DeliveryTransaction)transaction;
        var map = _maps.Get<IdempotencyKeyRow>(running.Context);
        var row = new IdempotencyKeyRow
        {
            Key = key,
            RequestHash = requestHash,
            SagaId = sagaId,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        while (true)
        {
            var reservation = new KeyReservation(map, _maps.Get<SagaState>(running.Context), row);
            await running.AskAsync(reservation, cancellationToken);
            if (reservation.IsReserved)
            {
                return new IdempotencyReservation(true, requestHash, sagaId);
            }

            // Nothing there any more: it expired and was deleted meanwhile.
            if (await FindAsync(transaction, key, now, cancellationToken) is { } existing)
            {
                return existing;
            }
        }
    }

    /// <summary>What a key belongs to.</summary>
    /// <param name="transaction">The delivery, over <see cref="SagaStoreDbContext"/>.</param>
    /// <param name="key">The key.</param>
    /// <param name="now">The present instant (UTC).</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The saga and the request hash, or <see langword="null"/> if the key is free.</returns>
    public async Task<IdempotencyReservation?> FindAsync(
        IDeliveryTransaction transaction,
        string key,
        DateTime now,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);

        var map = _maps.Get<IdempotencyKeyRow>(transaction.DbContext);
        var sagas = _maps.Get<SagaState>(transaction.DbContext);
        await using var command = _dialects.Of(transaction.DbContext).CreateCommand(
            transaction.Connection,
            transaction.Transaction,
            $"SELECT request_hash, saga_id FROM {map.Table} WHERE key = $1"
                + $" AND (expires_at > $2 OR {KeyReservation.IsOfRunningSaga(map.Table, sagas)})",
            key,
            now);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new IdempotencyReservation(false, reader.GetString(0), reader.GetGuid(1))
            : null;
    }
}
