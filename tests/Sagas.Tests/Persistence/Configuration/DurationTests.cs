using Sagas.Contracts.Text;

namespace Sagas.Tests.Persistence.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1_500)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("0s", 0)]
    [InlineData("030s", 30_000)]
    [InlineData("0.25ms", 0.25)]
    [InlineData("2591999999ms", 2_591_999_999)]
    public void TryParse_NumberAndUnit_IsThatLong(string text, double milliseconds)
    {
        Duration.TryParse(text, out var duration).ShouldBeTrue();

        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("30 s")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1,5s")]
    [InlineData(".5s")]
    [InlineData("1.s")]
    [InlineData("1S")]
    [InlineData("1min")]
    [InlineData("1h30m")]
    [InlineData("00:00:30")]
    [InlineData("30s\n")]
    [InlineData(" 30s")]
    [InlineData("٣٠s")]
    [InlineData("12345678901s")]
    [InlineData("1e3s")]
    public void TryParse_AnythingElse_IsRefused(string text) =>
        Duration.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void TryParse_LongerThanATimeSpan_IsTheLongestTimeSpan()
    {
        Duration.TryParse("9999999999d", out var duration).ShouldBeTrue();

        duration.ShouldBe(TimeSpan.MaxValue);
    }

    [Theory]
    [InlineData("60s", "1m")]
    [InlineData("90s", "90s")]
    [InlineData("1500ms", "1500ms")]
    [InlineData("24h", "1d")]
    [InlineData("0ms", "0s")]
    [InlineData("0.0001ms", "0.0001ms")]
    public void Format_ADuration_IsWrittenInOneWayAndReadBack(string text, string expected)
    {
        Duration.TryParse(text, out var duration).ShouldBeTrue();

        Duration.Format(duration).ShouldBe(expected);
        Duration.TryParse(Duration.Format(duration), out var copy).ShouldBeTrue();
        copy.ShouldBe(duration);
    }
}
