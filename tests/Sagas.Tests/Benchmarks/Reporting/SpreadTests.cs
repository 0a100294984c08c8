using Sagas.Benchmarks.Reporting;

namespace Sagas.Tests.Benchmarks.Reporting;

public sealed class SpreadTests
{
    [Fact]
    public void Of_OddCount_HasTheMiddleOne() => Spread.Of([3, 1, 2]).ShouldBe(new Spread(2, 1, 3));

    [Fact]
    public void Of_EvenCount_HasTheMeanOfBothMiddleOnes() => Spread.Of([10, 1, 4, 2]).ShouldBe(new Spread(3, 1, 10));

    [Fact]
    public void Of_Nothing_Throws() => Should.Throw<ArgumentException>(() => Spread.Of([]));

    [Theory]
    [InlineData(new[] { 1.24, 2.0, 3.5 }, "2.0 (1.2 to 3.5)")]
    [InlineData(new[] { 2.0, 2.0 }, "2.0")]
    [InlineData(new[] { double.NaN, double.NaN }, "–")]
    public void ToTextWithSpread_Values_HasTheLeastAndTheMostIfTheyDiffer(double[] values, string expected) =>
        Spread.Of(values).ToTextWithSpread("F1").ShouldBe(expected);
}
