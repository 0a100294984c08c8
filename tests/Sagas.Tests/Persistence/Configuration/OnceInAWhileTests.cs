using Sagas.Persistence.Configuration;

namespace Sagas.Tests.Persistence.Configuration;

public sealed class OnceInAWhileTests
{
    [Fact]
    public void Take_Many_LetsOneThroughInATimeAndCountsTheOthers()
    {
        var clock = new FakeClock();
        var once = new OnceInAWhile(clock, TimeSpan.FromSeconds(10));

        once.Take().ShouldBe(1);
        once.Take().ShouldBeNull();
        clock.Advance(9.9);
        once.Take().ShouldBeNull();
        clock.Advance(0.1);
        once.Take().ShouldBe(3);
        once.Take().ShouldBeNull();
    }
}
