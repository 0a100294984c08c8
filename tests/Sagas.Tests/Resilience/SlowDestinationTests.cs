using System.Diagnostics;
using System.Threading.RateLimiting;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Resilience;

namespace Sagas.Tests.Resilience;

/// <summary>A slow destination must not slow the others. The figures are in the output.</summary>
public sealed class SlowDestinationTests(ITestOutputHelper output)
{
    private const string Hanging = "hanging.example:443";
    private const string Quick = "quick.example:443";
    private const int HangingCalls = 300;
    private const int QuickCalls = 5_000;
    private const int Callers = 5;

    [Proves("http-slow")]
    [Fact]
    public async Task Run_OneDestinationHangs_TheOtherAnswersAsIfItWereAlone()
    {
        using var alone = new GuardFixture();
        var (answeredAlone, timeAlone) = await CallQuickAsync(alone.CallAsync);

        using var beside = new GuardFixture();
        var inFlight = 0;
        var hanging = Enumerable.Range(0, HangingCalls).Select(_ => beside.Guard.RunAsync(
            Hanging,
            "order/hang",
            1024,
            async timeout =>
            {
                Interlocked.Increment(ref inFlight);
                await Task.Delay(Timeout.Infinite, timeout).ContinueWith(_ => { }, TaskScheduler.Default);
                return GuardFixture.Unwell;
            },
            beside.Stop.Token)).ToList();
        var (answeredBeside, timeBeside) = await CallQuickAsync(beside.CallAsync);
        var putOff = hanging.Count(call => call.IsCompletedSuccessfully);

        // What would be without bulkheads: one pool of the same twenty connections for all.
        await using var pool = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 20 });
        var taken = Enumerable.Range(0, HangingCalls).Select(_ => pool.AttemptAcquire()).ToList();
        var (answeredInPool, _) = await CallQuickAsync((_, _, _, _) => Task.FromResult<GuardedCall>(
            pool.AttemptAcquire().IsAcquired
                ? new GuardedCall.Answered(GuardFixture.Well)
                : new GuardedCall.Deferred(TimeSpan.FromSeconds(5), DeferralCodes.ConnectionsBusy, "")));

        output.WriteLine(
            $"{QuickCalls} calls to a quick destination by {Callers} callers, beside {HangingCalls} calls to one that hangs:");
        output.WriteLine($"  alone:            {answeredAlone} answered in {timeAlone.TotalMilliseconds:0} ms");
        output.WriteLine($"  beside, guarded:  {answeredBeside} answered in {timeBeside.TotalMilliseconds:0} ms; of those "
            + $"that hang {inFlight} are under way, {HangingCalls - inFlight - putOff} in line, {putOff} put off");
        output.WriteLine($"  beside, one pool: {answeredInPool} answered");
        answeredBeside.ShouldBe(QuickCalls);
        answeredInPool.ShouldBe(0);
        inFlight.ShouldBe(5);
        putOff.ShouldBe(HangingCalls - 110);
        await beside.Stop.CancelAsync();
        foreach (var call in hanging)
        {
            await Task.WhenAny(call);
        }

        taken.ForEach(lease => lease.Dispose());
    }

    private static async Task<(int Answered, TimeSpan Time)> CallQuickAsync(
        Func<string, HttpStepAnswer?, long, string, Task<GuardedCall>> callAsync)
    {
        var (answered, start) = (0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var call = 0; call < QuickCalls / Callers; call++)
            {
                var result = await callAsync(Quick, null, 1024, "order/quick");
                Interlocked.Add(ref answered, result is GuardedCall.Answered ? 1 : 0);
            }
        })));
        return (answered, Stopwatch.GetElapsedTime(start));
    }
}
