using System.Collections.Concurrent;
using Sagas.Orchestration.Transport;

namespace Sagas.Tests.Transport;

public sealed class RefusalLogTests : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ManualClock _clock = new();
    private readonly RefusalLog _log;

    public RefusalLogTests() => _log = new RefusalLog(
        _clock, new LogListener(x => _lines.Enqueue(x.Message)).CreateLogger<Refusals>());

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Write_Few_AreLoggedOneByOne()
    {
        Write(RefusalLog.LinesAWindow, "A");
        _clock.EndOfWindow();

        _lines.Count.ShouldBe(RefusalLog.LinesAWindow);
        _lines.ShouldAllBe(x => x == "Refused a StartSaga message: A: because");
    }

    [Proves("message-refusals-flood")]
    [Fact]
    public void Write_Flood_IsCountedByCodeAtTheEndOfTheWindow()
    {
        Write(RefusalLog.LinesAWindow, "A");
        Write(1000, "C");
        Write(1, "B");
        _lines.Count.ShouldBe(RefusalLog.LinesAWindow);

        _clock.EndOfWindow();

        _lines.Last().ShouldBe("Refused 1001 more messages within 00:00:10: 1 B, 1000 C");
    }

    [Fact]
    public void Write_AfterAFlood_IsLoggedOneByOneAgain()
    {
        Write(RefusalLog.LinesAWindow + 1, "A");
        _clock.EndOfWindow();

        Write(1, "B");

        _lines.Last().ShouldBe("Refused a StartSaga message: B: because");
    }

    [Fact]
    public void Write_ReasonWithControlCharacters_CannotForgeALine()
    {
        _log.Write("StartSaga", "A", "No saga is named 'x\r\nfail: all is lost\u001b[2J'.");

        _lines.Single().ShouldBe("Refused a StartSaga message: A: No saga is named 'x  fail: "
            + "all is lost [2J'.");
    }

    [Fact]
    public void Dispose_InAFlood_LogsWhatIsNotLoggedYet()
    {
        Write(RefusalLog.LinesAWindow + 7, "A");

        _log.Dispose();

        _lines.Last().ShouldBe("Refused 7 more messages within 00:00:10: 7 A");
    }

    private void Write(int count, string code)
    {
        for (; count > 0; count--)
        {
            _log.Write("StartSaga", code, "because");
        }
    }

    private sealed class ManualClock : TimeProvider
    {
        private Action _end = () => { };

        public void EndOfWindow() => _end();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            dueTime.ShouldBe(RefusalLog.Window);
            _end = () => callback(state);
            return new Unused();
        }

        private sealed class Unused : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
