namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>
/// What both processes of the raw twin do: take the deliveries in hand, commit what they change and send in two round
/// trips, acknowledge them at once, publish, and forget the messages that are confirmed with the next commit.
/// </summary>
/// <remarks>
/// It is crash-safe because a delivery is acknowledged after its commit, and a message is forgotten after its confirm.
/// Whatever fails ends the process; the next one begins with the messages that are left.
/// </remarks>
internal sealed class RawLoop(RawBroker broker, RawSql sql, IRawWork work)
{
    private const int BatchSize = 100;

    private readonly Queue<(Task Confirmed, IReadOnlyList<long> Numbers)> _published = [];

    public async Task RunAsync(IEnumerable<string> queues, CancellationToken stop)
    {
        var (messages, numbers) = await RawOutbox.ReadAsync(sql);
        Publish(messages, numbers);
        await broker.ConsumeAsync(queues, stop);
        while (true)
        {
            var deliveries = await broker.TakeAsync(BatchSize, stop);
            await HandleAsync(deliveries);
            await broker.AcknowledgeAsync(deliveries[^1]);
        }
    }

    private async Task HandleAsync(IReadOnlyList<RawDelivery> deliveries)
    {
        var received = deliveries.Select(x => x.Read()).ToList();
        await sql.RunAsync([RawSql.Begin, work.Load(received)], work.ReadAsync);
        var (messages, writes) = work.Decide(received);
        var numbers = new List<long>();
        await sql.RunAsync(
            [
                RawOutbox.Insert(messages, DateTime.UtcNow),
                .. writes,
                RawOutbox.Delete([.. await ConfirmedAsync()]),
                RawSql.Commit,
            ],
            async reader =>
            {
                while (await reader.ReadAsync())
                {
                    numbers.Add(reader.GetInt64(0));
                }
            });
        Publish(messages, numbers);
    }

    private void Publish(IReadOnlyList<RawMessage> messages, IReadOnlyList<long> numbers) =>
        _published.Enqueue((broker.PublishAsync(messages), numbers));

    private async Task<List<long>> ConfirmedAsync()
    {
        var confirmed = new List<long>();
        while (_published.TryPeek(out var first) && first.Confirmed.IsCompleted)
        {
            await first.Confirmed;
            confirmed.AddRange(first.Numbers);
            _published.Dequeue();
        }

        return confirmed;
    }
}
