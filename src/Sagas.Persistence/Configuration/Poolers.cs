using System.Collections.Concurrent;
using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Sagas.Persistence.Configuration;

/// <summary>Finds out whether a connection pooler is between this process and PostgreSQL.</summary>
/// <remarks>
/// A server names the process that serves a connection twice: when the connection is opened (BackendKeyData, of
/// PostgreSQL's frontend/backend protocol), and by <c>pg_backend_pid()</c>. A pooler makes up the first one, since the
/// process changes. Asked once for each database, over a connection of its own; while it cannot be asked, there is none.
/// </remarks>
internal static class Poolers
{
    private const string ProcessId = "SELECT pg_backend_pid()";

    private static readonly ConcurrentDictionary<string, bool> Known = new();

    public static async ValueTask<bool> IsBetweenAsync(SagaDatabase database, CancellationToken cancellationToken)
    {
        if (Known.TryGetValue(database.ConnectionString, out var known))
        {
            return known;
        }

        await using var connection = Connect(database);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(ProcessId, connection);
            return Keep(database, connection, await command.ExecuteScalarAsync(cancellationToken));
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            // Whoever opens the connection that this was asked for gets the error.
            return false;
        }
    }

    public static bool IsBetween(SagaDatabase database)
    {
        if (Known.TryGetValue(database.ConnectionString, out var known))
        {
            return known;
        }

        using var connection = Connect(database);
        try
        {
            connection.Open();
            using var command = new NpgsqlCommand(ProcessId, connection);
            return Keep(database, connection, command.ExecuteScalar());
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            return false;
        }
    }

    private static NpgsqlConnection Connect(SagaDatabase database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        return new NpgsqlConnection(settings.ConnectionString);
    }

    private static bool Keep(SagaDatabase database, NpgsqlConnection connection, object? processId)
    {
        return Known.GetOrAdd(database.ConnectionString, processId is int id && id != connection.ProcessID);
    }

    private static bool IsFailure(Exception exception)
    {
        return exception is DbException or SocketException or TimeoutException or IOException;
    }
}
