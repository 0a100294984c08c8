using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Resilience;

namespace Sagas.Tests.Resilience;

/// <summary>What is lacking puts a call off, and never fails it.</summary>
public sealed class BulkheadTests
{
    private const string Payments = "payments.example:443";
    private const string Stock = "stock.example:443";

    [Proves("http-slow")]
    [Fact]
    public async Task Run_TenAtOnceAndAHundredInLine_TheNextIsPutOffAtOnce()
    {
        using var fixture = new GuardFixture(x => x.ConnectionsPerRoute = 20);
        var end = new TaskCompletionSource();
        var calls = Enumerable.Range(0, 110).Select(_ => fixture.HangAsync(Payments, end)).ToList();
        fixture.Metric("sagas.bulkhead.calls", ("saga.destination", Payments), ("saga.call.state", "active")).ShouldBe(10);
        fixture.Metric("sagas.bulkhead.calls", ("saga.destination", Payments), ("saga.call.state", "waiting")).ShouldBe(100);

        var deferred = (await fixture.CallAsync(Payments)).ShouldBeOfType<GuardedCall.Deferred>();

        (deferred.Code, deferred.Wait).ShouldBe((DeferralCodes.BulkheadFull, TimeSpan.FromSeconds(5)));
        fixture.Metric("sagas.bulkhead.rejections", ("saga.destination", Payments), ("error.type", "BULKHEAD_FULL"))
            .ShouldBe(1);
        end.SetResult();
        (await Task.WhenAll(calls)).ShouldAllBe(call => call is GuardedCall.Answered);
        fixture.Metric("sagas.bulkhead.calls").ShouldBe(0);
        fixture.Metric("sagas.bulkhead.connections").ShouldBe(0);
    }

    [Fact]
    public async Task Run_FiveSecondsInLine_IsPutOff()
    {
        using var fixture = new GuardFixture(x => x.ConnectionsPerRoute = 20);
        var end = new TaskCompletionSource();
        var hanging = Enumerable.Range(0, 10).Select(_ => fixture.HangAsync(Payments, end)).ToList();
        var waiting = fixture.CallAsync(Payments);
        fixture.Clock.Advance(4.9);
        waiting.IsCompleted.ShouldBeFalse();

        fixture.Clock.Advance(0.1);

        (await waiting).ShouldBeOfType<GuardedCall.Deferred>().Code.ShouldBe(DeferralCodes.BulkheadFull);
        end.SetResult();
        await Task.WhenAll(hanging);
    }

    [Fact]
    public async Task Run_FiveConnectionsToOneRoute_TheSixthWaitsAndAnotherRouteDoesNot()
    {
        using var fixture = new GuardFixture();
        var end = new TaskCompletionSource();
        var hanging = Enumerable.Range(0, 5).Select(_ => fixture.HangAsync(Payments, end)).ToList();
        var sixth = fixture.CallAsync(Payments);

        (await fixture.CallAsync(Stock)).ShouldBeOfType<GuardedCall.Answered>();
        sixth.IsCompleted.ShouldBeFalse();
        fixture.Metric("sagas.bulkhead.connections").ShouldBe(5);
        fixture.Clock.Advance(5);

        (await sixth).ShouldBeOfType<GuardedCall.Deferred>().Code.ShouldBe(DeferralCodes.ConnectionsBusy);
        end.SetResult();
        await Task.WhenAll(hanging);
    }

    [Fact]
    public async Task Run_TwentyConnectionsInAll_TheNextWaitsWhereverItGoes()
    {
        using var fixture = new GuardFixture();
        var end = new TaskCompletionSource();
        var hanging = Enumerable.Range(0, 20).Select(call => fixture.HangAsync($"host{call % 4}:80", end)).ToList();
        var next = fixture.CallAsync(Stock);
        next.IsCompleted.ShouldBeFalse();

        end.SetResult();

        (await next).ShouldBeOfType<GuardedCall.Answered>();
        await Task.WhenAll(hanging);
    }

    [Fact]
    public async Task Run_PayloadInFlight_IsLimitedForAnOperationAndInAll()
    {
        const int Megabyte = 1024 * 1024;
        using var fixture = new GuardFixture(x => (x.Connections, x.ConnectionsPerRoute) = (50, 50));
        var end = new TaskCompletionSource();
        var hanging = new List<Task<GuardedCall>> { Hang("order/1"), Hang("order/1") };

        (await fixture.CallAsync(Payments, payloadBytes: 1, operation: "order/1"))
            .ShouldBeOfType<GuardedCall.Deferred>().Code.ShouldBe(DeferralCodes.PayloadLimit);
        hanging.AddRange(Enumerable.Range(2, 7).SelectMany(step => new[] { Hang($"order/{step}"), Hang($"order/{step}") }));
        fixture.Metric("sagas.bulkhead.payload").ShouldBe(512 * Megabyte);
        (await fixture.CallAsync("host9:80", payloadBytes: 1, operation: "order/9"))
            .ShouldBeOfType<GuardedCall.Deferred>().Code.ShouldBe(DeferralCodes.PayloadLimit);
        (await fixture.CallAsync("host9:80", payloadBytes: 0, operation: "order/9")).ShouldBeOfType<GuardedCall.Answered>();
        end.SetResult();
        (await Task.WhenAll(hanging)).ShouldAllBe(call => call is GuardedCall.Answered);
        fixture.Metric("sagas.bulkhead.payload").ShouldBe(0);

        Task<GuardedCall> Hang(string operation) =>
            fixture.HangAsync($"host{operation[^1]}:80", end, 32 * Megabyte, operation);
    }

    /// <summary>It could wait for ever.</summary>
    [Fact]
    public async Task Run_PayloadThatIsNeverAllowed_FailsForGood()
    {
        using var fixture = new GuardFixture();

        var failed = (await fixture.CallAsync(Payments, payloadBytes: (64 * 1024 * 1024) + 1))
            .ShouldBeOfType<GuardedCall.Answered>().Answer.ShouldBeOfType<HttpStepAnswer.Failed>();

        (failed.Code, failed.Retryable, failed.DestinationFailed).ShouldBe(("PAYLOAD_TOO_LARGE", false, false));
        failed.Message.ShouldContain("67108865");
    }

    [Fact]
    public async Task Run_ProcessorIsBusy_WaitsAndIsPutOffInTheEnd()
    {
        using var fixture = new GuardFixture();
        Use(fixture, 0.9);
        var calm = fixture.CallAsync(Payments);
        calm.IsCompleted.ShouldBeFalse();
        Use(fixture, 0.5);
        (await calm).ShouldBeOfType<GuardedCall.Answered>();

        Use(fixture, 0.9);
        var busy = fixture.CallAsync(Payments);
        for (var time = 0; time < 20; time++)
        {
            Use(fixture, 0.9);
            await Eventually.HoldsAsync(
                "the next look at the processor",
                () => Task.FromResult(busy.IsCompleted || fixture.Clock.Timers >= 3),
                TestContext.Current.CancellationToken);
        }

        var deferred = (await busy).ShouldBeOfType<GuardedCall.Deferred>();
        deferred.Code.ShouldBe(DeferralCodes.CpuBusy);
        deferred.Message.ShouldContain("90 %");
        fixture.Metric("sagas.bulkhead.connections").ShouldBe(0);
    }

    private static void Use(GuardFixture fixture, double share)
    {
        var interval = new BulkheadOptions().CpuInterval;
        fixture.ProcessorTime += interval * share;
        fixture.Clock.Advance(interval);
    }
}
