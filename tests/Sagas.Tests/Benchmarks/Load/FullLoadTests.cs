using Sagas.Benchmarks.Load;

namespace Sagas.Tests.Benchmarks.Load;

public sealed class FullLoadTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ManySagas_NeverHasMoreInFlightThanAsked()
    {
        var (running, most) = (0, 0);
        var load = FullLoad.Start(
            async () =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
            },
            inFlight: 5);

        await load.UntilAsync(100, Ct);
        await load.StopAsync();

        most.ShouldBeInRange(1, 5);
        running.ShouldBe(0);
        load.Ended.ShouldBeGreaterThanOrEqualTo(100);
    }

    [Fact]
    public async Task UntilAsync_EverySagaFails_SaysWhy()
    {
        var load = FullLoad.Start(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("the worker is gone");
        }, inFlight: 2);

        var failure = await Should.ThrowAsync<InvalidOperationException>(() => load.UntilAsync(1, Ct));

        failure.Message.ShouldBe("the worker is gone");
    }

    [Fact]
    public async Task UntilAsync_Time_ReturnsWhenSoMuchHasPassed()
    {
        var load = FullLoad.Start(async () => await Task.Yield(), inFlight: 1);
        var time = TimeSpan.FromMilliseconds(50);

        await load.UntilAsync(time, Ct);

        load.Now.Time.ShouldBeGreaterThanOrEqualTo(time);
        await load.StopAsync();
    }

    [Fact]
    public async Task UntilAsync_TimeButEverySagaFails_SaysWhyAtOnce()
    {
        var load = FullLoad.Start(
            () => throw new InvalidOperationException("the worker is gone"), inFlight: 2);

        var failure = await Should.ThrowAsync<InvalidOperationException>(
            () => load.UntilAsync(TimeSpan.FromHours(1), Ct));

        failure.Message.ShouldBe("the worker is gone");
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
