using Sagas.Orchestration.HttpSteps;

namespace Sagas.Tests.Participants.Http;

public sealed class RetryAfterHeaderTests
{
    private const double Longest = int.MaxValue;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData(" 120 ", 120)]
    [InlineData("1.5", 1.5)]
    [InlineData("-7", 0)]
    [InlineData("2147483647", Longest)]
    [InlineData("2147483648", Longest)]
    [InlineData("9223372036854775808", Longest)]
    [InlineData("1000000000000000000000000000000000000000000000000", Longest)]
    [InlineData("Thu, 01 Jan 2026 00:02:00 GMT", 120)]
    [InlineData("Wed, 31 Dec 2025 23:00:00 GMT", 0)]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", 0)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", Longest)]
    [InlineData("Sun, 01 Jan 20260 00:00:00 GMT", Longest)]
    [InlineData("Thursday, 01-Jan-26 00:02:00 GMT", 120)]
    [InlineData("Thu Jan  1 00:02:00 2026", 120)]
    [InlineData("2026-01-01T00:02:00Z", 120)]
    public void Read_Time_IsTheTimeToWait(string value, double seconds) =>
        RetryAfterHeader.Read(value, Now)!.Value.TotalSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("1e3")]
    [InlineData("a b c 20260 d")]
    public void Read_NoTime_IsNone(string value) => RetryAfterHeader.Read(value, Now).ShouldBeNull();

    [Fact]
    public void Of_SeveralOrNone_IsTheLongest()
    {
        using var response = new HttpResponseMessage();
        RetryAfterHeader.Of(response.Headers, Now).ShouldBe((null, false));

        response.Headers.TryAddWithoutValidation("retry-after", "soon");
        RetryAfterHeader.Of(response.Headers, Now).ShouldBe((null, true));

        response.Headers.TryAddWithoutValidation("Retry-After", "3");
        response.Headers.TryAddWithoutValidation("Retry-After", "2147483650");
        RetryAfterHeader.Of(response.Headers, Now).ShouldBe((RetryAfterHeader.Longest, false));
    }
}
