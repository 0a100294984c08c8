using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>Operators act on suspended sagas, say who they are and why, and are refused otherwise.</summary>
public sealed class OperatorTests
{
    [Proves("operator-wrong-state")]
    [Fact]
    public void RetrySkipAbort_NotSuspended_AreRefused()
    {
        EngineRun[] runs =
        [
            new(Order()),
            new EngineRun(Order()).Succeed().Fail(),
            new EngineRun(Order()).SucceedToTheEnd(),
            new EngineRun(Order()).Fail(),
            new EngineRun(Order()).Succeed().Fail().Fail().Abort(),
        ];

        foreach (var run in runs)
        {
            CancelTests.AssertRefused(run.Retry(), RefusalCodes.InvalidState);
            CancelTests.AssertRefused(run.Skip(), RefusalCodes.InvalidState);
            CancelTests.AssertRefused(run.Abort(), RefusalCodes.InvalidState);
        }
    }

    [Fact]
    public void Refusal_ChangesNothing()
    {
        var run = new EngineRun(Order());
        var before = run.Saga;

        run.Retry();

        run.Last.Saga.ShouldBeSameAs(before);
        run.Last.Refusal!.Message.ShouldContain("Running");
    }

    [Proves("operator-no-reason")]
    [Theory]
    [InlineData("", "why")]
    [InlineData("ann", " ")]
    [InlineData(null, "why")]
    [InlineData("ann", null)]
    public void Command_WithoutOperatorOrReason_IsRefused(string? who, string? why)
    {
        var run = new EngineRun(Order());

        run.Handle(new SagaInput.Operator(
            new CancelSaga { SagaId = run.Saga.SagaId, Operator = who!, Reason = why! }));

        CancelTests.AssertRefused(run, RefusalCodes.MissingReason);
    }

    [Fact]
    public void Command_LongTexts_AreCut()
    {
        var run = new EngineRun(Order()).Succeed();

        run.Handle(new SagaInput.Operator(new CancelSaga
        {
            SagaId = run.Saga.SagaId,
            Operator = new string('o', 300),
            Reason = new string('r', 3000),
        }));

        run.Last.History[0].Detail!.Operator!.Length.ShouldBe(200);
        run.Last.History[0].Detail!.Reason!.Length.ShouldBe(2000);
        run.Saga.Failure!.Message.Length.ShouldBe(2000);
    }

    [Proves("operator-skip-twice")]
    [Fact]
    public void Skip_DeliveredAgainAtTheNextStep_IsRefused()
    {
        var run = new EngineRun(Order()).Succeed().Succeed().Fail().Fail();
        var skip = new SagaInput.Operator(
            new SkipStep { SagaId = run.Saga.SagaId, Step = "charge", Operator = "ann", Reason = "By hand." });
        run.Handle(skip).Fail();

        run.Handle(skip);

        CancelTests.AssertRefused(run, RefusalCodes.InvalidState);
        run.Last.Refusal!.Message.ShouldContain("'reserve', not at 'charge'");
        run.Step("reserve").Status.ShouldBe(StepStatus.CompensationFailed);
    }

    [Fact]
    public void Retry_Suspended_HistorySaysByWhom()
    {
        var run = new EngineRun(Order()).Succeed().Fail().Fail().Retry();

        run.Last.History[0].Event.ShouldBe("SagaRetried");
        run.Last.History[0].Step.ShouldBe("reserve");
        run.Last.History[0].Detail!.Operator.ShouldBe("ann");
        run.Last.History[0].Detail!.Reason.ShouldBe("Mended.");
    }
}
