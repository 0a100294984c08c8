using Sagas.Persistence.Delivery;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

/// <summary>Takes an idempotency key, if it is free.</summary>
internal sealed class KeyReservation(EntityMap map, EntityMap sagas, IdempotencyKeyRow row) : DeliveryQuery
{
    /// <summary>Whether it was free.</summary>
    public bool IsReserved { get; private set; }

    /// <summary>Whether the saga that a row of a key names has not ended: then the key is never free.</summary>
    /// <param name="keys">The table of keys, or what the statement calls it.</param>
    /// <param name="sagas">The sagas.</param>
    public static string IsOfRunningSaga(string keys, EntityMap sagas) =>
        $"EXISTS (SELECT 1 FROM {sagas.Table} saga WHERE saga.id = {keys}.saga_id AND saga.ended_at IS NULL)";

    public override object Kind => map;

    public override object Subject => row.Key;

    public override bool HasWritten => IsReserved;

    private IdempotencyKeyRow Row => row;

    public override IEnumerable<SqlStatement> ToStatements(SqlDialect dialect, IReadOnlyList<DeliveryQuery> queries)
    {
        var byKey = queries.Cast<KeyReservation>().ToDictionary(query => query.Row.Key, StringComparer.Ordinal);
        // In one order everywhere, so that transactions with keys in common wait for, and never on, each other.
        object[] rows = [.. byKey.Values.Select(query => query.Row).OrderBy(one => one.Key, StringComparer.Ordinal)];
        var insert = dialect.Insert(map, rows, null).Single();
        var statement = new SqlStatement(
            $"""
            {insert.Text}
            ON CONFLICT (key) DO UPDATE SET
                request_hash = excluded.request_hash,
                saga_id = excluded.saga_id,
                created_at = excluded.created_at,
                expires_at = excluded.expires_at
            WHERE {map.Table}.expires_at <= excluded.created_at AND NOT {IsOfRunningSaga(map.Table, sagas)}
            RETURNING key
            """)
        {
            OnRow = reader => byKey[reader.GetString(0)].IsReserved = true,
        };
        statement.Parameters.AddRange(insert.Parameters);
        return [statement];
    }
}
