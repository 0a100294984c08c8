using System.Collections.Concurrent;
using Sagas.Persistence.Delivery.Moving;

namespace Sagas.Tests.Persistence.Delivery.Moving;

public sealed class CutHeadersLogTests
{
    private static readonly CutHeaders Cut = new(["padding"], 130_000);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly FakeClock _clock = new();
    private readonly CutHeadersLog _log;

    public CutHeadersLogTests() => _log = new CutHeadersLog(
        _clock, new LogListener(x => _lines.Enqueue(x.Message)).CreateLogger<CutHeadersLog>());

    [Fact]
    public void Write_AFlood_IsOneLineInTenSecondsAndNoneIsUncounted()
    {
        for (var i = 0; i < 3_000; i++)
        {
            _log.Write("sagas_error", Cut);
        }

        _clock.Advance(CutHeadersLog.Pause);
        _log.Write("sagas_error", Cut);

        _lines.Count.ShouldBe(2);
        _lines.First().ShouldStartWith("1 messages since the last such line");
        _lines.Last().ShouldStartWith("3000 messages since the last such line");
        _lines.Last().ShouldContain("to sagas_error, lost 1 header, 130,000 bytes: 'padding'");
    }
}
