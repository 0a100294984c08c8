using Sagas.Contracts;

namespace Sagas.Tests.Orchestration;

/// <summary>The way back where it is hard, through the state machine on its real store.</summary>
public sealed class WayBackMachineTests
{
    private const string Definition = """
        {
          "name": "trip", "version": 1,
          "steps": [
            { "name": "book-hotel", "queue": "participants", "timeout": "300ms", "retry": { "retries": 0 },
              "compensation": { "timeout": "300ms", "retry": { "retries": 1, "interval": "20ms" } } },
            { "name": "book-flight", "queue": "participants", "retry": { "retries": 0 } }
          ]
        }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("participant-silent-on-undo")]
    [Fact]
    public async Task Due_CompensationIsSilent_IsAskedAgainUnderTheSameKeyThenSuspended()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, x => x switch
        {
            CompensateStep => null,
            { Step: "book-flight" } => EmbeddedWorker.Fail(x, "SOLD_OUT"),
            _ => EmbeddedWorker.Succeed(x),
        });

        var saga = await worker.StartSagaAsync("trip", Ct);

        await worker.UntilStateAsync(saga, "Suspended", Ct);
        var undo = worker.Commands.OfType<CompensateStep>().ToList();
        undo.Select(x => (x.Step, x.Attempt)).ShouldBe([("book-hotel", 1), ("book-hotel", 2)]);
        undo.Select(x => x.IdempotencyKey).Distinct().ShouldHaveSingleItem();
        (await worker.ScalarAsync("select failure ->> 'code' from saga_state")).ShouldBe("STEP_COMPENSATION_TIMEOUT");
        (await worker.ScalarAsync("select current_step from saga_overview")).ShouldBe("stuck undoing book-hotel");
        (await worker.ScalarAsync("select due_at from saga_state")).ShouldBe(DBNull.Value);
    }

    [Proves("participant-late-success")]
    [Fact]
    public async Task LateSuccess_SagaHasEnded_ReopensItAndUndoesTheEffectUnderANewKey()
    {
        await using var worker = await EmbeddedWorker.StartAsync(
            Definition, Ct, x => x is ExecuteStep ? null : EmbeddedWorker.Succeed(x));
        var saga = await worker.StartSagaAsync("trip", Ct);
        await worker.UntilStateAsync(saga, "Compensated", Ct);

        await worker.SendAsync((StepSucceeded)EmbeddedWorker.Succeed(worker.Commands.First()), Ct);

        await Eventually.BecomesAsync(
            () => worker.ScalarAsync("select count(*) from saga_history where event = 'SagaCompensated'"), 2L, Ct);
        await worker.UntilStateAsync(saga, "Compensated", Ct);
        var undo = worker.Commands.OfType<CompensateStep>().ToList();
        undo.Select(x => x.Step).ShouldBe(["book-hotel", "book-hotel"]);
        undo.Select(x => x.IdempotencyKey).ShouldBeUnique();
        (await worker.RowsAsync(
            "select event from saga_history where event in ('LateSuccess', 'SagaReopened') order by sequence"))
            .Select(x => x[0]).ShouldBe(["LateSuccess", "SagaReopened"]);
    }
}
