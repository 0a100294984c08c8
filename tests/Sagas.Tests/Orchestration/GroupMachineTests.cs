using Sagas.Contracts;

namespace Sagas.Tests.Orchestration;

/// <summary>Parallel groups and deadlines through the state machine, on its real store.</summary>
public sealed class GroupMachineTests
{
    private const string Definition = """
        {
          "name": "trip", "version": 1,
          "steps": [
            { "parallel": [
              { "name": "book-hotel", "queue": "participants", "compensation": true },
              { "name": "book-flight", "queue": "participants", "compensation": true },
              { "name": "rent-car", "queue": "participants", "retry": { "retries": 0 } }
            ] },
            { "name": "send-ticket", "queue": "participants" }
          ]
        }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EveryStepOfTheGroupSucceeds_GoesOnBehindIt()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);

        var saga = await worker.StartSagaAsync("trip", Ct);

        await worker.UntilStateAsync(saga, "Completed", Ct);
        worker.Commands.Select(x => x.Step).Distinct().ShouldBe(
            ["book-hotel", "book-flight", "rent-car", "send-ticket"], ignoreOrder: true);
        worker.Commands.Last().Step.ShouldBe("send-ticket");
        worker.Commands.Last().Results.EnumerateObject().Count().ShouldBe(3);
    }

    [Proves("group-step-fails-for-good")]
    [Fact]
    public async Task Reply_OneOfTheGroupRefuses_WaitsForTheOthersAndTurnsBackInReverse()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        IStepCommand? held = null;
        worker.Answer = x =>
        {
            if (x is ExecuteStep { Step: "book-hotel" })
            {
                held = x;
                return null;
            }

            return x.Step == "rent-car" ? EmbeddedWorker.Fail(x, "NO_CAR") : EmbeddedWorker.Succeed(x);
        };

        var saga = await worker.StartSagaAsync("trip", Ct);
        await Eventually.BecomesAsync(
            () => worker.ScalarAsync("select current_step || ' / ' || why from saga_overview"),
            "book-hotel, attempt 1 / NO_CAR: rent-car failed (rent-car)",
            Ct);
        await Eventually.HoldsAsync("the hotel's command", () => Task.FromResult(held is not null), Ct);
        await worker.SendAsync((StepSucceeded)EmbeddedWorker.Succeed(held!), Ct);

        await worker.UntilStateAsync(saga, "Compensated", Ct);
        worker.Commands.OfType<CompensateStep>().Select(x => x.Step).ShouldBe(["book-flight", "book-hotel"]);
        worker.Commands.Count(x => x.Step == "send-ticket").ShouldBe(0);
    }

    [Proves("group-worker-dies")]
    [Fact]
    public async Task Due_WorkerWasDownWhileAGroupWasInFlight_SendsEachStepAgain()
    {
        var definition = Definition.Replace("\"queue\"", "\"timeout\": \"2s\", \"queue\"", StringComparison.Ordinal);
        await using var worker = await EmbeddedWorker.StartAsync(definition, Ct, x =>
            x.Attempt > 1 || x.Step is "rent-car" or "send-ticket" ? EmbeddedWorker.Succeed(x) : null);
        var saga = await worker.StartSagaAsync("trip", Ct);
        await Eventually.BecomesAsync(
            () => worker.ScalarAsync("select status from saga_step where step = 'rent-car'"), "Succeeded", Ct);
        await Eventually.HoldsAsync(
            "the group's commands",
            () => Task.FromResult(worker.Commands.Select(x => x.Step).Distinct().Count() == 3),
            Ct);

        await worker.StopAsync(Ct);
        await worker.StartAgainAsync(Ct);

        await worker.UntilStateAsync(saga, "Completed", Ct);
        worker.Commands.Where(x => x.Attempt == 2).Select(x => x.Step)
            .ShouldBe(["book-hotel", "book-flight"], ignoreOrder: true);
    }

    [Proves("deadline-passes")]
    [Fact]
    public async Task Due_DeadlinePasses_TurnsBack()
    {
        var definition = Definition.Replace(
            "\"steps\"", "\"deadline\": \"1s\", \"steps\"", StringComparison.Ordinal);
        await using var worker = await EmbeddedWorker.StartAsync(definition, Ct, x =>
            x is ExecuteStep { Step: "book-hotel" } ? null : EmbeddedWorker.Succeed(x));

        var saga = await worker.StartSagaAsync("trip", Ct);

        await worker.UntilStateAsync(saga, "Compensated", Ct);
        (await worker.ScalarAsync("select failure ->> 'code' from saga_state")).ShouldBe("SAGA_DEADLINE_EXCEEDED");

        // What succeeds on a slow machine after it was undone is undone once more.
        worker.Commands.OfType<CompensateStep>().Select(x => x.Step).Distinct().ShouldBe(["book-flight", "book-hotel"]);
    }
}
