using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

public sealed class BrokerFaultTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("broker-dies")]
    [Proves("message-event-order")]
    [Fact]
    public async Task Kill_SagasInFlightThreeTimes_EndRightOnceItIsBack()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);
        var witness = new EventWitness(stack.Broker.GetConnectionString());
        await witness.StartAsync(Ct);
        await stack.Broker.UntilQueuesAreOnDiskAsync([.. FaultRun.Queues, EventWitness.Queue], Ct);
        var run = new FaultRun(stack, output, Ct);

        for (var kill = 0; kill < 3; kill++)
        {
            await run.StartSagasAsync(FaultRun.Sagas);
            await run.UntilSomeEndedAsync();
            await run.InflictAsync("RabbitMQ killed", () => stack.Broker.KillAsync(Ct));
            await run.HealAsync(() => stack.Broker.StartAgainAsync(Ct));
        }

        var record = await run.EndsRightAsync();
        (await witness.FindViolationsAsync(record.Sagas.Count, Ct)).ShouldBeEmpty();
    }

    [Proves("broker-hangs")]
    [Fact]
    public async Task Pause_20Seconds_SagasInFlightEndRightOnceItIsBack()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "RabbitMQ paused for 20 s",
            async () =>
            {
                await stack.Broker.FreezeAsync(Ct);
                await Task.Delay(TimeSpan.FromSeconds(20), Ct);
            },
            async () =>
            {
                await stack.Broker.UnpauseAsync(Ct);
                await Ready.RabbitMqAsync(stack.Broker.GetConnectionString(), ct: Ct);
            });
    }

    [Proves("broker-cut")]
    [Fact]
    public async Task Cut_NetworkToTheWorker_SagasInFlightEndRightOnceItIsHealed()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "network between worker and RabbitMQ cut for 20 s",
            async () =>
            {
                await stack.Worker.DisconnectAsync(stack.BrokerNetwork, Ct);
                await Task.Delay(TimeSpan.FromSeconds(20), Ct);
            },
            () => stack.Worker.ConnectAsync(stack.BrokerNetwork, [], Ct));
    }

    [Proves("broker-purged")]
    [Fact]
    public async Task Purge_EveryQueue_LostCommandsAndRepliesAreMadeUpFor()
    {
        // What the broker has handed over already is not in the queue any more: that is to be little, and yet enough for
        // a machine that has much else to do to work all timeouts off within the time that a saga may wait.
        var settings = FaultRun.Settings with { Worker = FaultRun.Settings.Worker.Add("Sagas__Transport__PrefetchCount", "16") };
        await using var stack = await SagasStack.StartAsync(settings, Ct);
        await using var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), Ct);
        var run = new FaultRun(stack, output, Ct);

        // While the participants are frozen, their commands wait; while the worker is, its replies do.
        await stack.Participants.FreezeAsync(Ct);
        await run.StartSagasAsync(FaultRun.Sagas);
        await Poll.UntilAsync("commands to wait", async ct => await client.CountAsync("stock", ct) >= 100, ct: Ct);
        await Poll.UntilAsync("every saga to be started", async ct => await stack.CountStartedAsync(ct) == FaultRun.Sagas, ct: Ct);
        await run.InflictAsync("all queues purged", () => PurgeAsync(client, "commands"));
        await run.HealAsync(() => stack.Participants.UnpauseAsync(Ct));

        await run.UntilSomeEndedAsync();
        await stack.Participants.FreezeAsync(Ct);
        await run.StartSagasAsync(FaultRun.Sagas / 2);
        await Poll.UntilAsync(
            "every saga to be started", async ct => await stack.CountStartedAsync(ct) == FaultRun.Sagas * 3 / 2, ct: Ct);
        await stack.Worker.FreezeAsync(Ct);
        await stack.Participants.UnpauseAsync(Ct);
        await Poll.UntilAsync("replies to wait", async ct => await client.CountAsync("sagas", ct) >= 10, ct: Ct);
        await run.InflictAsync("all queues purged", () => PurgeAsync(client, "replies"));
        await run.HealAsync(() => stack.Worker.UnpauseAsync(Ct));

        await run.EndsRightAsync();
    }

    private async Task PurgeAsync(PlainClient client, string what)
    {
        uint lost = 0;
        foreach (var queue in FaultRun.Queues)
        {
            lost += await client.PurgeAsync(queue, Ct);
        }

        output.WriteLine($"purged {lost} messages, {what} among them");
        lost.ShouldBeGreaterThan(0u);
    }
}
