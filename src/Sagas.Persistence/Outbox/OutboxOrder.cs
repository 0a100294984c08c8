namespace Sagas.Persistence;

/// <summary>What the order of messages asks of the database.</summary>
internal static class OutboxOrder
{
    /// <summary>
    /// The condition that a row holds up those behind it with the same key: not once the broker has had its second chance
    /// to take it, for one message that cannot be sent must not hold up others.
    /// </summary>
    public static string HoldsUp(EntityMap map, string row)
    {
        return $"{row}.{map.Column(nameof(OutboxMessage.ParkedAt)).SqlName} IS NULL "
            + $"AND {row}.{map.Column(nameof(OutboxMessage.Attempts)).SqlName} < 2";
    }

    /// <summary>Finds the rows that hold up those of a key which are about to be inserted.</summary>
    public static SqlStatement FindPredecessors(SqlDialect dialect, EntityMap map, Guid key, Action<long> onNumber)
    {
        var statement = new SqlStatement(
            $"SELECT {map.Generated!.SqlName} FROM {map.Table} AS message "
            + $"WHERE {map.Column(nameof(OutboxMessage.OrderingKey)).SqlName} = $1 AND {HoldsUp(map, "message")}")
        {
            OnNumber = onNumber,
        };
        statement.Parameters.Add(dialect.CreateParameter(dialect.ParameterName(1), key));
        return statement;
    }
}
