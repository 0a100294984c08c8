using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Outbox;

/// <summary>What the order of messages asks of the database.</summary>
internal static class OutboxOrder
{
    /// <summary>
    /// The condition that a row holds up those behind it with the same key: not once the broker has had its second
    /// chance to take it, for one message that cannot be sent must not hold up others.
    /// </summary>
    public static string HoldsUp(EntityMap map, string row)
    {
        // One expression, which no index is for: PostgreSQL would read all of the index on what is not parked, dead
        // entries included, to combine it with the one on the key.
        return $"CASE WHEN {row}.{map.Column(nameof(OutboxMessage.ParkedAt)).SqlName} IS NULL "
            + $"THEN {row}.{map.Column(nameof(OutboxMessage.Attempts)).SqlName} < 2 ELSE FALSE END";
    }

    /// <summary>Finds the rows that hold up those of these keys which are about to be inserted.</summary>
    /// <param name="dialect">The database.</param>
    /// <param name="map">The outbox.</param>
    /// <param name="keys">The keys, each once.</param>
    /// <param name="onRow">Is given each row's key and number.</param>
    public static SqlStatement FindPredecessors(
        SqlDialect dialect, EntityMap map, IReadOnlyCollection<Guid> keys, Action<Guid, long> onRow)
    {
        var key = map.Column(nameof(OutboxMessage.OrderingKey)).SqlName;
        var condition = keys.Count == 1 ? $"{key} = $1" : dialect.IsIn(key, "$1");
        var statement = new SqlStatement(
            $"SELECT {key}, {map.Generated!.SqlName} FROM {map.Table} AS message "
            + $"WHERE {condition} AND {HoldsUp(map, "message")}")
        {
            OnRow = reader => onRow(reader.GetGuid(0), reader.GetInt64(1)),
        };
        var name = dialect.ParameterName(1);
        statement.Parameters.Add(
            keys.Count == 1 ? dialect.CreateParameter(name, keys.First()) : dialect.CreateArrayParameter(name, keys));
        return statement;
    }
}
