using Npgsql;

namespace Sagas.Persistence;

/// <summary>
/// Keeps a worker that falls silent in the middle of a transaction, because it is frozen or cut off, from holding its
/// locks until TCP gives the connection up, which takes hours.
/// </summary>
internal static class SilentSessions
{
    // As long as a command may take: between its commands a delivery only computes. What the server or the connection
    // string says wins.
    private const string Limit = """
        SELECT set_config('idle_in_transaction_session_timeout', '10s', false)
        WHERE current_setting('idle_in_transaction_session_timeout') = '0'
        """;

    /// <summary>Has PostgreSQL end such sessions of this data source.</summary>
    public static void EndByThemselves(NpgsqlDataSourceBuilder builder)
    {
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(Limit, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(Limit, connection);
                await command.ExecuteNonQueryAsync();
            });
    }
}
