using System.Diagnostics;
using Npgsql;
using Sagas.IntegrationTests.Containers;

namespace Sagas.IntegrationTests.EndToEnd;

public sealed class MixedOutcomeTests(ITestOutputHelper output)
{
    private const int Sagas = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_MixedOutcomes_EverySagaEndsRightAndEachEffectHappensOnce()
    {
        await using var stack = await SagasStack.StartAsync(Ct);
        var watch = Stopwatch.StartNew();

        await StartAllAsync(stack);
        await UntilAllEndedAsync(stack);

        output.WriteLine($"{Sagas} sagas ended within {watch.Elapsed.TotalSeconds:F1} s");
        await AssertAllRightAsync(stack);
    }

    [Fact]
    public async Task Run_WorkerKilledHalfWay_EverySagaEndsRightAndEachEffectHappensOnce()
    {
        await using var stack = await SagasStack.StartAsync(Ct);

        await RunThroughAsync(stack, "the worker", () => stack.Worker.KillAsync(Ct), () => stack.Worker.StartAgainAsync(Ct));
    }

    [Fact]
    public async Task Run_DatabaseKilledHalfWay_EverySagaEndsRightAndEachEffectHappensOnce()
    {
        await using var stack = await SagasStack.StartAsync(Ct);

        await RunThroughAsync(
            stack, "PostgreSQL", () => stack.Database.KillAsync(Ct), () => stack.Database.StartAgainAsync(Ct));
    }

    /// <summary>Kills something while sagas are in flight, heals it, and sees every saga to its right end.</summary>
    private async Task RunThroughAsync(SagasStack stack, string victim, Func<Task> kill, Func<Task> heal)
    {
        await StartAllAsync(stack);
        await Poll.UntilAsync(
            "the first sagas to end", async ct => await CountEndedAsync(stack, ct) >= 10, Patience,
            TimeSpan.FromMilliseconds(20), Ct);
        var endedBefore = await CountEndedAsync(stack, Ct);
        await kill();
        endedBefore.ShouldBeLessThan(Sagas / 2, $"{victim} was killed too late to show anything");
        var watch = Stopwatch.StartNew();
        await heal();
        await UntilAllEndedAsync(stack);

        output.WriteLine(
            $"{victim} killed with some {endedBefore} of {Sagas} sagas ended; all ended "
            + $"{watch.Elapsed.TotalSeconds:F1} s after its restart began");
        await AssertAllRightAsync(stack);
    }

    private static async Task StartAllAsync(SagasStack stack)
    {
        await using var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), Ct);
        for (var number = 0; number < Sagas; number++)
        {
            await client.StartSagaAsync("order", SagaMix.Input(number), $"order-{number}", Ct);
        }
    }

    private static Task UntilAllEndedAsync(SagasStack stack) => Poll.UntilAsync(
        $"{Sagas} sagas to end", async ct => await CountEndedAsync(stack, ct) == Sagas, Patience, ct: Ct);

    private static Task<long> CountEndedAsync(SagasStack stack, CancellationToken ct) =>
        ScalarAsync(stack.Sagas, "select count(*) from sagas.saga_state where ended_at is not null", ct);

    private static async Task AssertAllRightAsync(SagasStack stack)
    {
        var sagas = new Dictionary<Guid, int>();
        await foreach (var row in ReadAsync(stack.Sagas, "select id, state, input->>'orderId' from sagas.saga_state"))
        {
            var number = int.Parse(row.GetString(2)["order-".Length..]);
            row.GetString(1).ShouldBe(SagaMix.ExpectedState(number), $"order-{number}");
            sagas.Add(row.GetGuid(0), number);
        }

        sagas.Count.ShouldBe(Sagas);

        var effects = new Dictionary<Guid, List<(string Step, string Direction)>>();
        await foreach (var row in ReadAsync(
            stack.Effects, "select saga_id, step, direction from effect_log order by id"))
        {
            var sagaId = row.GetGuid(0);
            if (!effects.TryGetValue(sagaId, out var list))
            {
                effects[sagaId] = list = [];
            }

            list.Add((row.GetString(1), row.GetString(2)));
        }

        foreach (var (sagaId, number) in sagas)
        {
            AssertEffects(effects.GetValueOrDefault(sagaId, []), SagaMix.ExpectedState(number), $"order-{number}");
        }

        (await ScalarAsync(stack.Sagas, "select count(*) from sagas.outbox_message where parked_at is not null", Ct))
            .ShouldBe(0);
    }

    private static void AssertEffects(List<(string Step, string Direction)> effects, string state, string order)
    {
        effects.ShouldBeUnique(order);
        var executed = effects.Where(x => x.Direction == "Execute").Select(x => x.Step).ToList();
        var compensated = effects.Where(x => x.Direction == "Compensate").Select(x => x.Step).ToList();
        if (state == "Completed")
        {
            executed.ShouldBe(["reserve-stock", "charge-card", "book-shipment"], order);
            compensated.ShouldBeEmpty(order);
        }
        else
        {
            compensated.ShouldBe(Enumerable.Reverse(executed), order);
        }
    }

    private static async Task<long> ScalarAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async IAsyncEnumerable<NpgsqlDataReader> ReadAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
        {
            yield return reader;
        }
    }
}
