using System.Text;
using MassTransit;
using RabbitMQ.Client;
using Sagas.Persistence.Delivery.Moving;

namespace Sagas.Tests.Persistence.Delivery.Moving;

public sealed class HeaderTableTests
{
    private const int Room = 64 * 1024;

    [Fact]
    public void Fit_EverythingFits_LeavesItAlone()
    {
        var headers = Headers(("tenant", "a"), ("x", new byte[60_000]));

        HeaderTable.Fit(headers, Room, out var cut).ShouldBeSameAs(headers);

        cut.ShouldBeNull();
    }

    [Proves("message-headers-fill-frame")]
    [Fact]
    public void Fit_OneFillsTheFrame_CutsThatOneAndSaysSo()
    {
        var headers = Headers(
            ("padding", new byte[130_000]), ("tenant", "a"u8.ToArray()), (MessageHeaders.FaultMessage, "no JSON"));

        var kept = HeaderTable.Fit(headers, Room, out var cut);

        kept.Keys.ShouldBe(["tenant", MessageHeaders.FaultMessage, HeaderTable.CutHeader], ignoreOrder: true);
        kept[HeaderTable.CutHeader].ShouldBe("1 header, 130,013 bytes: 'padding'");
        cut.ShouldNotBeNull().Names.ShouldBe(["padding"]);
    }

    [Fact]
    public void Fit_ThousandsOfSmallOnes_KeepsTheReasonAndStaysWithinTheRoom()
    {
        var headers = Enumerable.Range(0, 10_000).ToDictionary(x => $"h{x}", object? (_) => 1L);
        headers[MessageHeaders.FaultMessage] = "why";
        headers[MessageHeaders.Reason] = "fault";

        var kept = HeaderTable.Fit(headers, Room, out var cut);

        kept[MessageHeaders.FaultMessage].ShouldBe("why");
        kept[MessageHeaders.Reason].ShouldBe("fault");
        kept.Sum(HeaderTable.SizeOf).ShouldBeLessThanOrEqualTo(Room);
        cut.ShouldNotBeNull().ToString().Length.ShouldBeLessThan(CutHeaders.MaxBytes);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('€')]
    [InlineData('\ud83d')]
    public void Fit_StackTraceIsLong_IsShortened(char character)
    {
        var text = character == '\ud83d'
            ? string.Concat(Enumerable.Repeat("💥", 50_000))
            : new string(character, 100_000);
        var headers = Headers((MessageHeaders.FaultStackTrace, text), (MessageHeaders.FaultMessage, "why"));

        var kept = HeaderTable.Fit(headers, Room, out var cut);

        var trace = kept[MessageHeaders.FaultStackTrace].ShouldBeOfType<string>();
        trace.ShouldEndWith("…");
        Encoding.UTF8.GetByteCount(trace).ShouldBeLessThanOrEqualTo(Room / 8);
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(trace).Length.ShouldBeGreaterThan(1_000);
        cut.ShouldNotBeNull().Names.ShouldBe([MessageHeaders.FaultStackTrace]);
    }

    [Fact]
    public void Fit_NestedTablesAndLists_AreMeasured()
    {
        object? value = "end";
        for (var level = 0; level < 40; level++)
        {
            value = new List<object?> { new Dictionary<string, object?> { ["next"] = value } };
        }

        var headers = Headers(
            ("deep", value),
            ("table", new Dictionary<string, object?> { ["text"] = new byte[70_000] }),
            ("list", new List<object?> { 1L, null, 1.5m, new AmqpTimestamp(7), "text" }));

        var kept = HeaderTable.Fit(headers, Room, out var cut);

        kept.Keys.ShouldBe(["list", HeaderTable.CutHeader], ignoreOrder: true);
        cut.ShouldNotBeNull().Names.ShouldBe(["table", "deep"]);
    }

    [Fact]
    public void ToString_NamesOfAnyKind_IsOneShortPrintableLine()
    {
        var names = Enumerable.Range(0, 1_000).Select(x => $"\u001b[31m{x}\r\n\u202e{new string('n', 200)}").ToList();

        var text = new CutHeaders(names, 123_456_789).ToString();

        text.Any(char.IsControl).ShouldBeFalse();
        text.ShouldNotContain("\u202e");
        text.ShouldStartWith("1000 headers, 123,456,789 bytes: '");
        Encoding.UTF8.GetByteCount(text).ShouldBeLessThan(CutHeaders.MaxBytes);
    }

    private static Dictionary<string, object?> Headers(params (string Name, object? Value)[] headers) =>
        headers.ToDictionary(x => x.Name, x => x.Value);
}
