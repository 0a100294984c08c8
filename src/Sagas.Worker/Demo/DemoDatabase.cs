using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Sagas.Worker.Demo;

/// <summary>
/// Looks at the sagas and at the participants' effects the way anybody can: with SQL, from another process, reading
/// only.
/// </summary>
internal sealed class DemoDatabase(DemoFiles files)
{
    private const string Sagas = "select id, state from saga_state";

    private const string History =
        "select saga_id, time, event, step, direction, attempt, detail from saga_history order by saga_id, sequence";

    private const string Effects = "select saga_id, step, direction from effect_log order by id";

    /// <summary>The sagas as they are now. Before the worker has made its tables, none of them is stored.</summary>
    public async Task<IReadOnlyList<DemoSaga>> ReadAsync(
        IReadOnlyList<DemoScenario> scenarios,
        CancellationToken cancellationToken)
    {
        // Effects first: an effect that is seen here is never newer than the history beside it.
        var effects = await ReadAsync(
            files.Participants,
            Effects,
            row => new DemoEffect(row.GetString(1), row.GetString(2)),
            cancellationToken);
        var states = await ReadAsync(files.Sagas, Sagas, row => row.GetString(1), cancellationToken);
        var history = await ReadAsync(files.Sagas, History, ReadHistory, cancellationToken);
        return
        [
            .. scenarios.Select(scenario => new DemoSaga(
                scenario,
                states[scenario.SagaId].SingleOrDefault(),
                [.. history[scenario.SagaId]],
                [.. effects[scenario.SagaId]])),
        ];
    }

    private static async Task<ILookup<Guid, T>> ReadAsync<T>(
        string file,
        string sql,
        Func<SqliteDataReader, T> read,
        CancellationToken cancellationToken)
    {
        var rows = new List<(Guid SagaId, T Row)>();
        if (File.Exists(file))
        {
            try
            {
                await using var connection = new SqliteConnection(DemoFiles.Connect(file, SqliteOpenMode.ReadOnly));
                await connection.OpenAsync(cancellationToken);
                await using var command = connection.CreateCommand();
                command.CommandText = sql;
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Add((reader.GetGuid(0), read(reader)));
                }
            }
            catch (SqliteException exception) when (IsNotThereYet(exception))
            {
                rows.Clear();
            }
        }

        return rows.ToLookup(pair => pair.SagaId, pair => pair.Row);
    }

    private static DemoHistoryEntry ReadHistory(SqliteDataReader row)
    {
        using var detail = JsonDocument.Parse(row.IsDBNull(6) ? "{}" : row.GetString(6));
        return new DemoHistoryEntry(
            DateTime.SpecifyKind(row.GetDateTime(1), DateTimeKind.Utc),
            row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.IsDBNull(5) ? null : row.GetInt32(5),
            detail.RootElement.TryGetProperty("message", out var message) ? message.GetString() : null);
    }

    // The tables are being made, or the file is being opened for the first time after a process was killed.
    private static bool IsNotThereYet(SqliteException exception) =>
        exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_CANTOPEN
        || (exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_ERROR
            && exception.Message.Contains("no such table", StringComparison.Ordinal));
}
