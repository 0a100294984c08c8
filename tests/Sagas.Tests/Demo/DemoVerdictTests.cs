using Sagas.Engine;
using Sagas.Worker.Demo;

namespace Sagas.Tests.Demo;

public sealed class DemoVerdictTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly DemoEffect[] AllDone = [new("a", "Execute"), new("b", "Execute")];

    private static readonly DemoEffect[] AllUndone =
        [new("a", "Execute"), new("b", "Execute"), new("b", "Compensate"), new("a", "Compensate")];

    [Fact]
    public void Judge_CompletedWithEveryEffectOnce_HasNoComplaint() =>
        Judge("Completed", "Completed", AllDone).ShouldBeEmpty();

    [Fact]
    public void Judge_CompensatedWithEveryEffectUndone_HasNoComplaint() =>
        Judge("Compensated", "Compensated", AllUndone).ShouldBeEmpty();

    [Theory]
    [InlineData(null, "is not stored")]
    [InlineData("Suspended", "is Suspended")]
    [InlineData("Compensated", "is Compensated")]
    public void Judge_OtherState_SaysWhich(string? state, string expected) =>
        Judge("Completed", state, AllDone).ShouldHaveSingleItem().ShouldContain(expected);

    [Fact]
    public void Judge_EffectTwice_SaysSo() =>
        Judge("Completed", "Completed", [.. AllDone, AllDone[0]]).ShouldHaveSingleItem().ShouldContain("done 2 times");

    [Fact]
    public void Judge_EffectMissing_SaysSo() =>
        Judge("Completed", "Completed", AllDone[..1])
            .ShouldHaveSingleItem().ShouldContain("without the effect of step b");

    [Fact]
    public void Judge_EffectThatNobodyUndid_SaysSo() =>
        Judge("Compensated", "Compensated", AllUndone[..3])
            .ShouldHaveSingleItem().ShouldContain("step a was not undone");

    [Fact]
    public void Judge_WhatShouldBeShownIsNot_SaysSo() =>
        Judge("Completed", "Completed", AllDone, hasShown: false)
            .ShouldHaveSingleItem().ShouldContain("that x happened");

    [Fact]
    public void UndoneSteps_AreInTheOrderOfTheirUndoing() =>
        Saga("Compensated", "Compensated", AllUndone).UndoneSteps.ShouldBe(["b", "a"]);

    [Fact]
    public void IsInTheMiddleOf_EffectCommittedAndAnswerAwaited_IsTrue()
    {
        var saga = Saga("Completed", "Running", AllDone) with { History = [Entry(HistoryEvents.StepSent, "b")] };

        saga.IsInTheMiddleOf("b").ShouldBeTrue();
        saga.IsInTheMiddleOf("a").ShouldBeFalse();
        (saga with { Effects = AllDone[..1] }).IsInTheMiddleOf("b").ShouldBeFalse();
        (saga with { History = [.. saga.History, Entry(HistoryEvents.StepSucceeded, "b")] })
            .IsInTheMiddleOf("b").ShouldBeFalse();
        (saga with { History = [.. saga.History, Entry(HistoryEvents.StepSucceeded, "a")] })
            .IsInTheMiddleOf("b").ShouldBeTrue("b was started together with a, and a has answered");
    }

    private static IReadOnlyList<string> Judge(
        string expected, string? state, IReadOnlyList<DemoEffect> effects, bool hasShown = true) =>
        DemoVerdict.Judge(new DemoProgress(Start, [Saga(expected, state, effects, hasShown)], []));

    private static DemoSaga Saga(
        string expected, string? state, IReadOnlyList<DemoEffect> effects, bool hasShown = true) => new(
            new DemoScenario(1, "title", "order", ["a", "b"], "{}", expected, "x happened", (_, _) => hasShown),
            state,
            [Entry(HistoryEvents.StepCompensated, "b"), Entry(HistoryEvents.StepCompensated, "a")],
            effects);

    private static DemoHistoryEntry Entry(string name, string step) =>
        new(Start, name, step, "Execute", 1, Message: null);
}
