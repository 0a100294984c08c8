using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>
/// Starts sagas that have nothing to do with any abuse, a few a second, and sees how long each of them takes.
/// </summary>
internal sealed class GoodSagas(SagasStack stack, PlainClient client)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<string, DateTimeOffset> _sent = [];

    /// <summary>How many were started.</summary>
    public int Count => _sent.Count;

    /// <summary>Starts one after the other until told to stop.</summary>
    public async Task RunAsync(Func<bool> isOver, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Pace);
        while (!isOver())
        {
            var order = $"good-{_sent.Count}-{Guid.NewGuid():n}";
            _sent.Add(order, DateTimeOffset.UtcNow);
            await client.StartSagaAsync("order", new JsonObject { ["orderId"] = order, ["amount"] = 42 }, order, ct);
            await timer.WaitForNextTickAsync(ct);
        }
    }

    /// <summary>Waits until all have completed.</summary>
    /// <returns>The median and the longest time from the request to the saga's end.</returns>
    public async Task<(TimeSpan Median, TimeSpan Longest)> EndAsync(CancellationToken ct)
    {
        var ended = new Dictionary<string, DateTimeOffset>();
        await Poll.UntilAsync(
            $"{Count} good sagas to complete",
            async token =>
            {
                await using var command = stack.Sagas.CreateCommand(
                    "select input->>'orderId', ended_at from sagas.saga_state where state = 'Completed' and input->>'orderId' = any($1)");
                command.Parameters.Add(new NpgsqlParameter { Value = _sent.Keys.ToArray() });
                await using var rows = await command.ExecuteReaderAsync(token);
                while (await rows.ReadAsync(token))
                {
                    ended[rows.GetString(0)] = rows.GetFieldValue<DateTimeOffset>(1);
                }

                return ended.Count == Count;
            },
            TimeSpan.FromMinutes(2),
            ct: ct);
        var times = _sent.Select(x => ended[x.Key] - x.Value).Order().ToList();
        return (times[times.Count / 2], times[^1]);
    }

    public static string Show((TimeSpan Median, TimeSpan Longest) times) => string.Create(
        CultureInfo.InvariantCulture, $"median {times.Median.TotalMilliseconds:F0} ms, longest {times.Longest.TotalMilliseconds:F0} ms");
}
