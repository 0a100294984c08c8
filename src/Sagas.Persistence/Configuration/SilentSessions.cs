using Npgsql;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// Keeps a process that falls silent in the middle of a transaction, because it is frozen or cut off, from holding its
/// locks until TCP gives the connection up, which takes hours.
/// </summary>
internal static class SilentSessions
{
    // As long as a command may take. PostgreSQL asks after a connection that is silent for 5 s, and gives up one that does
    // not answer, or leaves what it was sent unanswered, for 10 s. This is what ends a session that has half of a batch:
    // it is not idle in its transaction, it waits for the other half.
    private const string Connections = """
        ('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '2'), ('tcp_keepalives_count', '3'),
        ('tcp_user_timeout', '10000')
        """;

    private const string IdleTransactions = "('idle_in_transaction_session_timeout', '10000')";

    /// <summary>
    /// Has PostgreSQL end sessions of this data source whose connection is dead. What the server, the role or the
    /// connection string says wins.
    /// </summary>
    public static void EndWhenCutOff(NpgsqlDataSourceBuilder builder)
    {
        SetOnConnect(builder, Connections);
    }

    /// <summary>
    /// The same, and sessions whose process is frozen: of one that only computes between the commands of a transaction.
    /// </summary>
    public static void EndWhenCutOffOrFrozen(NpgsqlDataSourceBuilder builder)
    {
        SetOnConnect(builder, $"{Connections}, {IdleTransactions}");
    }

    private static void SetOnConnect(NpgsqlDataSourceBuilder builder, string settings)
    {
        var sql = $"""
            SELECT set_config(name, value, false)
            FROM (VALUES {settings}) AS wanted(name, value) JOIN pg_settings USING (name)
            WHERE source = 'default'
            """;
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(sql, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync();
            });
    }
}
