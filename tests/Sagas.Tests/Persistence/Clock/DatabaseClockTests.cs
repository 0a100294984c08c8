using Sagas.Persistence.Clock;

namespace Sagas.Tests.Persistence.Clock;

public sealed class DatabaseClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly MachineClock _machine = new();

    [Fact]
    public void GetUtcNow_NeverMeasured_IsTheMachines()
    {
        new DatabaseClock(_machine).GetUtcNow().ShouldBe(_machine.Now);
    }

    [Proves("worker-clock-wrong")]
    [Fact]
    public void GetUtcNow_MachinesClockIsWrongAndJumps_FollowsTheDatabase()
    {
        var clock = new DatabaseClock(_machine);
        clock.Set(Noon.UtcDateTime, clock.GetTimestamp());

        _machine.Now = _machine.Now.AddYears(-3);
        _machine.Pass(TimeSpan.FromSeconds(90));

        clock.GetUtcNow().ShouldBe(Noon.AddSeconds(90));
    }

    [Fact]
    public void Set_WithinTheRoundTrip_DoesNotJump()
    {
        var clock = new DatabaseClock(_machine);
        clock.Set(Noon.UtcDateTime, clock.GetTimestamp());

        var before = clock.GetTimestamp();
        _machine.Pass(TimeSpan.FromMilliseconds(10));
        clock.Set(Noon.UtcDateTime.AddMilliseconds(3), before);

        clock.GetUtcNow().ShouldBe(Noon.AddMilliseconds(10));
    }

    [Fact]
    public void Set_DatabaseSaysOtherwise_TakesItOver()
    {
        var clock = new DatabaseClock(_machine);
        clock.Set(Noon.UtcDateTime, clock.GetTimestamp());

        var before = clock.GetTimestamp();
        _machine.Pass(TimeSpan.FromMilliseconds(10));
        clock.Set(Noon.UtcDateTime.AddSeconds(-5), before);

        clock.GetUtcNow().ShouldBe(Noon.AddSeconds(-5).AddMilliseconds(5));
    }

    private sealed class MachineClock : TimeProvider
    {
        private long _timestamp;

        public DateTimeOffset Now { get; set; } = Noon.AddDays(7);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow()
        {
            return Now;
        }

        public override long GetTimestamp()
        {
            return _timestamp;
        }

        public void Pass(TimeSpan time)
        {
            _timestamp += time.Ticks;
        }
    }
}
