using Sagas.Benchmarks.Load;

namespace Sagas.Tests.Benchmarks.Load;

public sealed class LatenciesTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(100, 50, 99)]
    [InlineData(101, 51, 100)]
    [InlineData(1_000, 500, 990)]
    public void Percentiles_OneToN_AreTheLeastThatSoManyDoNotExceed(int count, double half, double nearlyAll)
    {
        var latencies = new Latencies(Enumerable.Range(1, count).Reverse().Select(x => TimeSpan.FromMilliseconds(x)));

        latencies.P50.ShouldBe(half);
        latencies.P99.ShouldBe(nearlyAll);
    }
}
