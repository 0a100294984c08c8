using Npgsql;
using NpgsqlTypes;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>The one connection of a process, on which a batch is one round trip.</summary>
internal sealed class RawSql(NpgsqlConnection connection) : IAsyncDisposable
{
    public static NpgsqlBatchCommand Begin => new("BEGIN");

    public static NpgsqlBatchCommand Commit => new("COMMIT");

    /// <summary>Connects, and makes the tables of these scripts if they are not there yet.</summary>
    public static async Task<RawSql> OpenAsync(string database, IEnumerable<string> scripts, CancellationToken stop)
    {
        var settings = new NpgsqlConnectionStringBuilder(database)
        {
            Pooling = false,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 1,

            // Statements are planned while the tables are empty, and those plans are kept when they are full.
            Options = "-c enable_seqscan=off",
        };
        var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync(stop);
        foreach (var script in scripts)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = await ReadAsync(script, stop);
            await command.ExecuteNonQueryAsync(stop);
        }

        return new RawSql(connection);
    }

    public static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            var parameter = new NpgsqlParameter { Value = value };
            if (value is DateTime?[])
            {
                // It would ask the first one, which may be null.
                parameter.NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;
            }

            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Runs all of them in one round trip.</summary>
    /// <param name="commands">Which; those that answer with rows do so in this order.</param>
    /// <param name="read">Reads the rows, one result after the other.</param>
    public async Task RunAsync(IEnumerable<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, Task> read)
    {
        await using var batch = connection.CreateBatch();
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync();
        await read(reader);

        // An error in what follows shows only when it is read.
        while (await reader.NextResultAsync())
        {
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static async Task<string> ReadAsync(string script, CancellationToken stop)
    {
        await using var stream = typeof(RawSql).Assembly.GetManifestResourceStream(typeof(RawSql), script)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(stop);
    }
}
