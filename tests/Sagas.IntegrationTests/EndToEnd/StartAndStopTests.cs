using System.Diagnostics;
using Sagas.IntegrationTests.Containers;

namespace Sagas.IntegrationTests.EndToEnd;

public sealed class StartAndStopTests(ITestOutputHelper output)
{
    private const int Sagas = 100;

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
}
