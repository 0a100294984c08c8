using Sagas.Orchestration.Resilience;

namespace Sagas.Tests.Resilience;

/// <summary>With the defaults: no call begins over 80 %, and one that has just begun counts as 10 %.</summary>
public sealed class CpuLimitTests
{
    private const int Processors = 4;
    private static readonly TimeSpan Interval = new BulkheadOptions().CpuInterval;

    private readonly FakeClock _clock = new();
    private readonly CpuLimit _limit;
    private TimeSpan _used;

    public CpuLimitTests()
    {
        _limit = new CpuLimit(new BulkheadOptions(), () => _used, Processors, _clock);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(35, 4)]
    [InlineData(70, 1)]
    [InlineData(71, 0)]
    [InlineData(80, 0)]
    [InlineData(100, 0)]
    public async Task Wait_ProcessUsesSoMuch_SoManyBeginUntilItIsMeasuredAgain(double percent, int expected)
    {
        Use(percent);

        var calls = Enumerable.Range(0, 12).Select(_ => Begin()).ToList();

        calls.Count(call => call.IsCompleted).ShouldBe(expected);
        Use(0);
        await Eventually.HoldsAsync(
            "the calls that waited",
            () => Task.FromResult(calls.Count(call => call.IsCompleted) == Math.Min(12, expected + 8)),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Wait_CallsEnd_OthersBeginInTheirPlace()
    {
        Use(0);
        for (var time = 0; time < 1000; time++)
        {
            var call = Begin();
            call.IsCompleted.ShouldBeTrue();
            (await call).Dispose();
        }
    }

    /// <summary>What a call really costs is in the next measurement; the estimate is not added to it.</summary>
    [Fact]
    public async Task Wait_CallsThatWereMeasured_CountNoLonger()
    {
        Use(0);
        var calls = new List<Task<IDisposable>>();
        for (var time = 0; time < 4; time++)
        {
            calls.AddRange(Enumerable.Range(0, 8).Select(_ => Begin()));
            Use(0);
        }

        calls.ShouldAllBe(call => call.IsCompleted);
        foreach (var call in calls)
        {
            (await call).Dispose();
        }

        Enumerable.Range(0, 9).Select(_ => Begin()).Count(call => call.IsCompleted).ShouldBe(8);
    }

    /// <summary>Two clocks that are not read at the same instant may well make it more than all processors.</summary>
    [Fact]
    public void Wait_LimitIsOff_BeginsHoweverMuchTheProcessUses()
    {
        var off = new CpuLimit(
            new BulkheadOptions { CpuPercent = 100, CallCpuPercent = 0 }, () => _used, Processors, _clock);
        Use(130);

        off.WaitAsync(TestContext.Current.CancellationToken).AsTask().IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Wait_NoTimeComes_IsCancelled()
    {
        Use(100);
        using var stop = new CancellationTokenSource();
        var call = _limit.WaitAsync(stop.Token).AsTask();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        _limit.Percent.ShouldBe(100);
    }

    private Task<IDisposable> Begin() => _limit.WaitAsync(TestContext.Current.CancellationToken).AsTask();

    private void Use(double percent)
    {
        _used += Interval * Processors * percent / 100;
        _clock.Advance(Interval);
    }
}
