using Sagas.Contracts;
using Sagas.Worker.Orchestration;

namespace Sagas.Tests.Orchestration;

/// <summary>
/// The promise: whatever is lost, late, repeated or reordered, every saga ends right. <see cref="EngineRun"/>
/// checks the invariants of each transition on the way; the seed in a failure's message repeats the saga.
/// </summary>
public sealed class RandomWalkTests
{
    private const int Sagas = 2000;

    [Fact]
    public void Walks_FromASeed_EndRight()
    {
        var ends = new Dictionary<SagaStatus, int>();
        var reopened = 0;
        for (var seed = 1; seed <= Sagas; seed++)
        {
            var saga = new SimulatedSaga(seed);
            try
            {
                saga.RunToTheEnd();
                AssertEndedRight(saga);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}\n{Story(saga.Run)}", exception);
            }

            ends[saga.Run.Saga.State] = ends.GetValueOrDefault(saga.Run.Saga.State) + 1;
            reopened += saga.Run.HistoryNames.Count(name => name == HistoryEvents.SagaReopened);
        }

        // The walks are worth something only while they go everywhere.
        ends[SagaStatus.Completed].ShouldBeGreaterThan(Sagas / 10);
        ends[SagaStatus.Compensated].ShouldBeGreaterThan(Sagas / 10);
        ends[SagaStatus.Aborted].ShouldBeGreaterThan(0);
        reopened.ShouldBeGreaterThan(Sagas / 100);
    }

    private static void AssertEndedRight(SimulatedSaga saga)
    {
        var run = saga.Run;
        run.Saga.IsTerminal.ShouldBeTrue();
        var undone = run.Commands.OfType<CompensateStep>().Select(command => command.Step).Distinct().ToList();

        // Those that the saga knew of when it turned back are undone in the exact reverse of the order of starting.
        var inOrder = undone.Where(saga.OwedAtTurn.Contains).ToList();
        inOrder.ShouldBe(saga.OwedAtTurn.Take(inOrder.Count));

        var completed = run.Events.OfType<SagaStepCompleted>().Select(message => message.Step).ToHashSet();
        if (run.Definition.Steps.Any(step => step.Pivot && completed.Contains(step.Name)))
        {
            undone.ShouldBeEmpty();
        }

        foreach (var step in run.Saga.Steps)
        {
            var canBeUndone = run.Definition.Steps.First(other => other.Name == step.Name).Compensation is not null;
            if (run.Saga.State == SagaStatus.Completed && step.Status == StepStatus.Succeeded)
            {
                saga.HasEffect(step.Name).ShouldBeTrue($"{step.Name} is said to have its effect, and has not");
            }
            else if (run.Saga.State == SagaStatus.Compensated
                && canBeUndone
                && step.Status != StepStatus.CompensationSkipped)
            {
                saga.HasEffect(step.Name).ShouldBeFalse($"{step.Name} has an effect that nobody undoes");
            }
        }

        if (run.Saga.State == SagaStatus.Completed)
        {
            undone.ShouldBeEmpty();
            run.Saga.Steps.Select(step => step.Status).ShouldBeSubsetOf([StepStatus.Succeeded, StepStatus.Skipped]);
        }
        else if (run.Saga.State == SagaStatus.Compensated)
        {
            inOrder.Count.ShouldBe(saga.OwedAtTurn.Count);
            foreach (var step in run.Saga.Steps.Where(step => step.Execution.Attempts.Any(MayHaveEffect)))
            {
                var definition = run.Definition.Steps.First(other => other.Name == step.Name);
                var isSeenTo = definition.Compensation is null || undone.Contains(step.Name);
                isSeenTo.ShouldBeTrue($"{step.Name} is forgotten");
                (definition.Pivot && step.Execution.HasUnknown).ShouldBeFalse("the pivot may have had its effect");
            }
        }
    }

    private static bool MayHaveEffect(StepAttempt attempt) =>
        attempt.Outcome is AttemptOutcome.Unknown or AttemptOutcome.Succeeded;

    private static string Story(EngineRun run) => string.Join('\n', run.History.Select(record =>
        $"{record.Sequence} {record.Time:mm:ss.fff} {record.Event} {record.Step} {record.Direction} {record.Attempt}"));
}
