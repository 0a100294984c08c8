using Npgsql;

namespace Sagas.Benchmarks.Growth;

/// <summary>
/// Fills the tables of the worker and of the participants with sagas that have ended: copies of one that really ran,
/// with all its rows, and with ids and times as if one had started every other second for the last weeks.
/// </summary>
internal sealed class StoredSagas(string worker, string participants)
{
    private const int BatchSize = 50_000;

    // Young enough for all of them to be kept: finished sagas are deleted after 30 days.
    private const string Time = "now() - interval '20 days' + number * interval '1.5 seconds'";

    // Ascending with time, as those are that a client makes.
    private const string Id =
        $"(lpad(to_hex((extract(epoch FROM {Time}) * 1000)::bigint), 12, '0') "
        + "|| '70008000' || lpad(to_hex(number), 12, '0'))::uuid";

    private int _count;

    /// <summary>Adds as many as there are to be, and has PostgreSQL look at the tables.</summary>
    public async Task GrowToAsync(int count, CancellationToken stop)
    {
        await using var sagas = NpgsqlDataSource.Create(worker);
        await using var steps = NpgsqlDataSource.Create(participants);
        var template = await FindTemplateAsync(sagas, stop);
        while (_count < count)
        {
            var batch = Math.Min(BatchSize, count - _count);
            await CopyAsync(sagas, "sagas.saga_state", "id", template, batch, stop);
            await CopyAsync(sagas, "sagas.saga_history", "saga_id", template, batch, stop);
            await CopyAsync(steps, "public.step_barrier", "saga_id", template, batch, stop);
            await CopyAsync(steps, "public.business_row", "SagaId", template, batch, stop);
            _count += batch;
        }

        foreach (var database in (NpgsqlDataSource[])[sagas, steps])
        {
            await RunAsync(database, "VACUUM (ANALYZE)", stop);
        }

        await RunAsync(sagas, "CHECKPOINT", stop);
    }

    private static async Task<Guid> FindTemplateAsync(NpgsqlDataSource sagas, CancellationToken stop)
    {
        await using var command = sagas.CreateCommand(
            $"""
            SELECT id FROM sagas.saga_state WHERE state = 'Completed' AND name = '{Scenario.All[0].Saga}'
            ORDER BY id DESC LIMIT 1
            """);
        return (Guid)(await command.ExecuteScalarAsync(stop))!;
    }

    /// <summary>Copies the rows that one saga has in a table, for each of the new ones.</summary>
    private async Task CopyAsync(
        NpgsqlDataSource database, string table, string key, Guid template, int count, CancellationToken stop)
    {
        var columns = await ColumnsAsync(database, table, stop);
        var values = columns.Select(x =>
            x.Name == key ? Id : x.Type == "timestamp with time zone" ? Move(x.Name) : $"\"{x.Name}\"");
        await RunAsync(
            database,
            $"""
            INSERT INTO {table} ({string.Join(", ", columns.Select(x => $"\"{x.Name}\""))})
            SELECT {string.Join(", ", values)}
            FROM generate_series({_count + 1}, {_count + count}) AS number
            CROSS JOIN (SELECT * FROM {table} WHERE "{key}" = '{template}') AS template
            """,
            stop);
    }

    /// <summary>A time that is there, as one of the new saga.</summary>
    private static string Move(string column) => $"CASE WHEN \"{column}\" IS NULL THEN NULL ELSE {Time} END";

    private static async Task<List<(string Name, string Type)>> ColumnsAsync(
        NpgsqlDataSource database, string table, CancellationToken stop)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT column_name, data_type FROM information_schema.columns
            WHERE table_schema || '.' || table_name = '{table}' AND is_generated = 'NEVER' ORDER BY ordinal_position
            """);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var columns = new List<(string, string)>();
        while (await reader.ReadAsync(stop))
        {
            columns.Add((reader.GetString(0), reader.GetString(1)));
        }

        return columns;
    }

    private static async Task RunAsync(NpgsqlDataSource database, string sql, CancellationToken stop)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(stop);
    }
}
