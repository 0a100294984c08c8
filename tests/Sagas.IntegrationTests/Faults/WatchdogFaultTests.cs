using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

public sealed class WatchdogFaultTests(ITestOutputHelper output)
{
    private const string Queue = "sagas";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// The worker's queue is replaced by another one of its name, on which its endpoint cannot start: the broker answers, and
    /// nobody consumes.
    /// </summary>
    [Proves("broker-endpoint-not-consuming")]
    [Fact]
    public async Task Replace_TheWorkersQueue_EndsTheProcessWithExitCode3AndTheNextOneEndsEverySaga()
    {
        var settings = FaultRun.Settings with
        {
            Worker = FaultRun.Settings.Worker
                .Add("Sagas__Watchdog__Interval", "00:00:00.500")
                .Add("Sagas__Watchdog__RestartAfter", "00:00:02")
                .Add("Sagas__Watchdog__Patience", "00:00:08"),
        };
        await using var stack = await SagasStack.StartAsync(settings, Ct);
        await using var connection = await new ConnectionFactory { Uri = new Uri(stack.Broker.GetConnectionString()) }
            .CreateConnectionAsync(Ct);
        var run = new FaultRun(stack, output, Ct);

        // So that every saga has its first step before it when the queue goes, with what waits in it.
        await stack.Participants.FreezeAsync(Ct);
        await run.StartSagasAsync(FaultRun.Sagas);
        await Poll.UntilAsync(
            "every saga to be started", async ct => await stack.CountStartedAsync(ct) == FaultRun.Sagas, ct: Ct);
        var exitCode = stack.Worker.NextExitCodeAsync(Ct);
        await run.InflictAsync("the worker's queue replaced", () => ReplaceAsync(connection));
        await stack.Participants.UnpauseAsync(Ct);
        (await exitCode.WaitAsync(TimeSpan.FromMinutes(2), Ct)).ShouldBe(3);
        await Poll.UntilAsync(
            "the engine to start it again", async ct => await stack.Worker.CountRestartsAsync(ct) > 0, ct: Ct);
        await run.HealAsync(() => PutRightAsync(connection));

        (await stack.CountAsync($"Nothing has consumed from {Queue}", Ct)).ShouldBeGreaterThanOrEqualTo(2);
        (await stack.CountAsync("ending this process with exit code 3", Ct)).ShouldBe(1);
        await run.EndsRightAsync();
    }

    /// <summary>The bus declares its queue again as soon as it is gone: whoever is second fails.</summary>
    private static Task ReplaceAsync(IConnection connection) => Poll.UntilAsync(
        "the queue to be replaced",
        async ct =>
        {
            try
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
                await channel.QueueDeleteAsync(Queue, cancellationToken: ct);
                await channel.QueueDeclareAsync(
                    Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: ct);
                return true;
            }
            catch (OperationInterruptedException)
            {
                return false;
            }
        },
        interval: TimeSpan.FromMilliseconds(1),
        ct: Ct);

    /// <summary>Removes the other queue, and waits until the next process consumes from its own.</summary>
    private static async Task PutRightAsync(IConnection connection)
    {
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: Ct))
        {
            await channel.QueueDeleteAsync(Queue, cancellationToken: Ct);
        }

        await Poll.UntilAsync(
            "the worker to consume again",
            async ct =>
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
                return (await channel.QueueDeclarePassiveAsync(Queue, ct)).ConsumerCount > 0;
            },
            TimeSpan.FromMinutes(2),
            ct: Ct);
    }
}
