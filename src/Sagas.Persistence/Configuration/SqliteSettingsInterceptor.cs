using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// Makes every connection to SQLite wait for other processes, for as long as a command of it may take, and every commit
/// survive a loss of power.
/// </summary>
internal sealed class SqliteSettingsInterceptor : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = CreateCommand(connection);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default)
    {
        await using var command = CreateCommand(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand CreateCommand(DbConnection connection)
    {
        var milliseconds = ((SqliteConnection)connection).DefaultTimeout * 1000L;
        var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {milliseconds}; PRAGMA synchronous = FULL;");
        return command;
    }
}
