using Npgsql;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>What a server counts of an index; it counts what a session did a while later.</summary>
/// <param name="Scans">How often it was scanned.</param>
/// <param name="Entries">How many of its entries were returned to whoever scanned it.</param>
internal sealed record IndexUse(long Scans, long Entries)
{
    public static async Task<IndexUse> ReadAsync(NpgsqlConnection connection, string index, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select idx_scan, idx_tup_read from pg_stat_user_indexes where lower(indexrelname) = lower($1)", connection)
        {
            Parameters = { new() { Value = index } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        (await reader.ReadAsync(ct)).ShouldBeTrue(index);
        return new IndexUse(reader.GetInt64(0), reader.GetInt64(1));
    }
}
