using Sagas.Samples.Faults;

namespace Sagas.Tests.Samples;

public sealed class StepFaultTests
{
    [Theory]
    [InlineData("fail", StepFaultKind.Fail, int.MaxValue, 0)]
    [InlineData("fail-once", StepFaultKind.FailTimes, 1, 0)]
    [InlineData("fail-times:2", StepFaultKind.FailTimes, 2, 0)]
    [InlineData("fail-always", StepFaultKind.FailTimes, int.MaxValue, 0)]
    [InlineData("hang", StepFaultKind.Hang, int.MaxValue, 0)]
    [InlineData("hang-once", StepFaultKind.Hang, 1, 0)]
    [InlineData("hang-times:3", StepFaultKind.Hang, 3, 0)]
    [InlineData("die", StepFaultKind.Die, int.MaxValue, 0)]
    [InlineData("late:3s", StepFaultKind.Late, int.MaxValue, 3000)]
    [InlineData("late:300ms", StepFaultKind.Late, int.MaxValue, 300)]
    public void Parse_Switch_ReadsIt(string text, StepFaultKind kind, int times, int milliseconds)
    {
        StepFault.Parse(text).ShouldBe(new StepFault(kind, times, TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Theory]
    [InlineData("explode")]
    [InlineData("fail:2")]
    [InlineData("fail-times")]
    [InlineData("fail-times:two")]
    [InlineData("late:3")]
    [InlineData("")]
    public void Parse_NoSwitch_IsNull(string text)
    {
        StepFault.Parse(text).ShouldBeNull();
    }
}
