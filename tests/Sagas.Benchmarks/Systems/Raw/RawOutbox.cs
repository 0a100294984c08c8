using Npgsql;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>The table of the messages that are committed and not known to have reached the broker.</summary>
internal static class RawOutbox
{
    public const string Script = "Outbox.sql";

    /// <summary>Stores messages, and answers with their numbers.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyCollection<RawMessage> messages, DateTime now) => RawSql.Command(
        """
        INSERT INTO outbox_message
            (message_id, saga_id, destination_address, message_type, mandatory, body,
             enqueued_at, attempts, next_try_at)
        SELECT *, $7, 0, $8 FROM unnest($1, $2, $3, $4, $5, $6) RETURNING sequence_number
        """,
        messages.Select(x => x.Id).ToArray(),
        messages.Select(x => x.SagaId).ToArray(),
        messages.Select(x => x.Exchange).ToArray(),
        messages.Select(x => x.Type).ToArray(),
        messages.Select(x => x.IsMandatory).ToArray(),
        messages.Select(x => x.Body).ToArray(),
        now,
        now.AddSeconds(10));

    /// <summary>Forgets messages that the broker has confirmed.</summary>
    public static NpgsqlBatchCommand Delete(long[] numbers) =>
        RawSql.Command("DELETE FROM outbox_message WHERE sequence_number = ANY($1)", numbers);

    /// <summary>What a process that died has left.</summary>
    public static async Task<(List<RawMessage> Messages, List<long> Numbers)> ReadAsync(RawSql sql)
    {
        var (messages, numbers) = (new List<RawMessage>(), new List<long>());
        await sql.RunAsync(
            [RawSql.Command(
                """
                SELECT message_id, saga_id, destination_address, message_type, mandatory, body, sequence_number
                FROM outbox_message ORDER BY sequence_number
                """)],
            async reader =>
            {
                while (await reader.ReadAsync())
                {
                    messages.Add(new RawMessage(
                        reader.GetGuid(0),
                        reader.GetGuid(1),
                        reader.GetString(2),
                        reader.GetString(3),
                        reader.GetBoolean(4),
                        reader.GetString(5)));
                    numbers.Add(reader.GetInt64(6));
                }
            });
        return (messages, numbers);
    }
}
