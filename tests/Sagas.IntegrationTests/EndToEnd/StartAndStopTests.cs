using System.Collections.Immutable;
using System.Diagnostics;
using Sagas.IntegrationTests.Containers;

namespace Sagas.IntegrationTests.EndToEnd;

public sealed class StartAndStopTests(ITestOutputHelper output)
{
    private const int Sagas = 100;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(8);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("broker-not-up-yet")]
    [Fact]
    public async Task Start_ServersComeUpLater_IsWaitedForWithOneLogLine()
    {
        await using var stack = await SagasStack.StartWorkerFirstAsync(Ct);

        (await stack.CountAsync("Waiting for the database", Ct)).ShouldBe(1);
        (await stack.CountAsync("Waiting for RabbitMQ", Ct)).ShouldBeLessThanOrEqualTo(1);
        (await stack.CountAsync("fail:", Ct)).ShouldBe(0);
        (await stack.CountAsync("Application started", Ct)).ShouldBe(1);
    }

    [Proves("worker-stopped")]
    [Fact]
    public async Task Stop_DeliveriesInHand_FinishesThemAndLeavesNothingUnsent()
    {
        await using var stack = await SagasStack.StartAsync(Ct);
        await using var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), Ct);
        for (var number = 0; number < Sagas; number++)
        {
            await client.StartSagaAsync("order", SagaMix.Input(0), $"stop-{number}", Ct);
        }

        await Poll.UntilAsync(
            "sagas to run", async ct => await stack.ScalarAsync("select count(*) from sagas.saga_state", ct) >= 10, ct: Ct);
        var watch = Stopwatch.StartNew();
        await stack.Database.FreezeAsync(Ct);
        await stack.Worker.TerminateAsync(Ct);
        // Longer than a program has by default: the deliveries in hand cannot end before the database goes on.
        await Task.Delay(TimeSpan.FromSeconds(4), Ct);
        await stack.Database.UnpauseAsync(Ct);
        var exitCode = await stack.Worker.GetExitCodeAsync(Ct);

        output.WriteLine($"stopped within {watch.Elapsed.TotalSeconds:F1} s");
        exitCode.ShouldBe(0);
        (await stack.ScalarAsync("select count(*) from sagas.outbox_message", Ct)).ShouldBe(0);
        (await stack.ScalarAsync("select count(*) from sagas.saga_state where ended_at is null", Ct)).ShouldBeGreaterThan(0);

        await stack.Worker.StartAgainAsync(Ct);
        await Poll.UntilAsync(
            "every saga to end",
            async ct => await stack.ScalarAsync("select count(*) from sagas.saga_state where state = 'Completed'", ct) == Sagas,
            TimeSpan.FromMinutes(3),
            ct: Ct);
    }

    [Proves("database-stop-meanwhile")]
    [Fact]
    public async Task Stop_DatabaseIsFrozenWithDeliveriesInHand_EndsWithinStopTimeoutAndLosesNothing()
    {
        var settings = new StackSettings
        {
            Worker = ImmutableDictionary<string, string>.Empty.Add("Sagas__Transport__StopTimeout", $"{StopTimeout.TotalSeconds}s"),
        };
        await using var stack = await SagasStack.StartAsync(settings, Ct);
        await using var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), Ct);
        await Task.WhenAll(Enumerable.Range(0, Sagas).Select(number =>
            client.StartSagaAsync("order", SagaMix.Input(0), $"frozen-{number}", Ct)));
        await Poll.UntilAsync(
            "sagas to run", async ct => await stack.ScalarAsync("select count(*) from sagas.saga_state", ct) >= 10, ct: Ct);
        await stack.Database.FreezeAsync(Ct);

        var watch = Stopwatch.StartNew();
        await stack.Worker.TerminateAsync(Ct);
        var exitCode = await stack.Worker.GetExitCodeAsync(Ct);

        output.WriteLine($"stopped within {watch.Elapsed.TotalSeconds:F1} s");
        exitCode.ShouldBe(0);
        watch.Elapsed.ShouldBeLessThan(StopTimeout + TimeSpan.FromSeconds(1), "the engine's own time included");

        await stack.Database.UnpauseAsync(Ct);
        await stack.Worker.StartAgainAsync(Ct);
        await Poll.UntilAsync(
            "every saga to end",
            async ct => await stack.ScalarAsync("select count(*) from sagas.saga_state where state = 'Completed'", ct) == Sagas,
            TimeSpan.FromMinutes(3),
            ct: Ct);
    }
}
