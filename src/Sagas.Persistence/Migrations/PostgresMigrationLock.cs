using Npgsql;

namespace Sagas.Persistence;

/// <summary>
/// An advisory lock, held by a connection of its own: two first starts also race for the schema itself.
/// </summary>
internal sealed class PostgresMigrationLock(SagaDatabase database) : IMigrationLock
{
    // "sagas" in ASCII.
    private const long Key = 0x7361676173;

    public async Task<IAsyncDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection);
            command.CommandTimeout = 0;
            command.Parameters.Add(new NpgsqlParameter { Value = Key });
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
