using Sagas.Engine;
using Sagas.Worker.Demo;

namespace Sagas.Tests.Demo;

public sealed class StepViewTests
{
    [Fact]
    public void Of_AStepThroughItsLife_ShowsWhereItStands()
    {
        (string Event, string Direction, int Attempt, StepPhase Phase)[] life =
        [
            (HistoryEvents.StepSent, "Execute", 1, StepPhase.Running),
            (HistoryEvents.StepFailed, "Execute", 1, StepPhase.Failed),
            (HistoryEvents.StepSent, "Execute", 2, StepPhase.Running),
            (HistoryEvents.StepTimedOut, "Execute", 2, StepPhase.Unknown),
            (HistoryEvents.StepSucceeded, "Execute", 2, StepPhase.Done),
            (HistoryEvents.StepSent, "Compensate", 1, StepPhase.Undoing),
            (HistoryEvents.StepFailed, "Compensate", 1, StepPhase.Undoing),
            (HistoryEvents.StepSent, "Compensate", 2, StepPhase.Undoing),
            (HistoryEvents.StepCompensated, "Compensate", 2, StepPhase.Undone),
        ];

        for (var i = 0; i < life.Length; i++)
        {
            var history = life[..(i + 1)].Select(x =>
                new DemoHistoryEntry(default, x.Event, "a", x.Direction, x.Attempt, Message: null));
            var steps = StepView.Of(new DemoSaga(Scenario, "Running", [.. history], []));

            steps.ShouldBe(
                [new StepView("a", life[i].Phase, life[i].Attempt), new StepView("b", StepPhase.Waiting, 0)]);
        }
    }

    [Fact]
    public void Of_StepsThatStartedTogether_ShowsEachInHand()
    {
        var history = Scenario.Steps.Select(step =>
            new DemoHistoryEntry(default, HistoryEvents.StepSent, step, "Execute", 1, Message: null));

        var steps = StepView.Of(new DemoSaga(Scenario, "Running", [.. history], []));

        steps.ShouldBe([new StepView("a", StepPhase.Running, 1), new StepView("b", StepPhase.Running, 1)]);
    }

    private static DemoScenario Scenario =>
        new(1, "title", "order", ["a", "b"], "{}", "Completed", "x", (_, _) => true);
}
