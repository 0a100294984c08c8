using Sagas.Orchestration.HttpSteps;

namespace Sagas.Tests.Participants.Http;

/// <summary>A command goes round the workers once, and then waits.</summary>
public sealed class HandoverHeadersTests
{
    [Fact]
    public void HasPassed_WorkerThatPassedItOn_KnowsItAgain()
    {
        var headers = new HandoverHeaders("", 0, MayHaveActed: false).PassedBy("a").PassedBy("b");

        (headers.HasPassed("a"), headers.HasPassed("b"), headers.HasPassed("c")).ShouldBe((true, true, false));
    }

    [Fact]
    public void HasPassed_VeryManyWorkers_IsToWait()
    {
        var headers = Enumerable.Range(0, 32).Aggregate(
            new HandoverHeaders("", 0, MayHaveActed: false), (x, worker) => x.PassedBy($"w{worker}"));

        headers.HasPassed("another").ShouldBeTrue();
    }

    [Fact]
    public void AfterWait_GoesRoundAgainAndKeepsWhatIsKnown()
    {
        var headers = new HandoverHeaders("a,b", 3, MayHaveActed: true).AfterWait();

        headers.ShouldBe(new HandoverHeaders("", 4, MayHaveActed: true));
    }
}
