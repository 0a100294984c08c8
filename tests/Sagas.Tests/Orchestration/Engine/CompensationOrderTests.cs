using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Engine.Definitions.Http;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>
/// Rule 5: compensation runs one step at a time, in the reverse of the order of starting, over every step that may
/// have had an effect.
/// </summary>
public sealed class CompensationOrderTests
{
    [Proves("participant-fails-for-good")]
    [Fact]
    public void Failure_StepsSucceededBefore_AreUndoneOneAtATimeInReverse()
    {
        var run = new EngineRun(Saga(Step("a"), Step("b"), Step("c"), Step("d")))
            .Succeed().Succeed().Succeed().Fail();

        run.Sent.Skip(4).ShouldBe(["compensate c #1 /1"]);
        run.Succeed().Sent.Skip(4).ShouldBe(["compensate c #1 /1", "compensate b #1 /1"]);
        run.SucceedToTheEnd();

        run.Sent.Skip(4).ShouldBe(["compensate c #1 /1", "compensate b #1 /1", "compensate a #1 /1"]);
        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Saga.Steps.Select(step => step.Status).ShouldBe(
            [StepStatus.Compensated, StepStatus.Compensated, StepStatus.Compensated, StepStatus.Failed]);
    }

    [Fact]
    public void Failure_AllAttemptsOfTheFailedStepDefinite_ItNeedsNoCompensation()
    {
        var run = new EngineRun(Order(1)).Succeed().Fail(retryable: true).Due().Fail().SucceedToTheEnd();

        run.Commands.OfType<CompensateStep>().Select(command => command.Step).ShouldBe(["reserve"]);
    }

    [Fact]
    public void Failure_DefiniteAfterAnAttemptOfUnknownOutcome_TheStepIsUndoneToo()
    {
        var run = new EngineRun(Order()).Succeed().Due().Fail();

        run.Step("charge").Execution.Attempts.Select(attempt => attempt.Outcome)
            .ShouldBe([AttemptOutcome.Unknown, AttemptOutcome.Failed]);
        run.SucceedToTheEnd();
        run.Commands.OfType<CompensateStep>().Select(command => command.Step).ShouldBe(["charge", "reserve"]);
    }

    [Proves("participant-silent")]
    [Fact]
    public void Timeout_AttemptsUsedUp_TheStepIsUndoneFirst()
    {
        var run = new EngineRun(Order(0)).Succeed().Due().SucceedToTheEnd();

        run.Commands.OfType<CompensateStep>().Select(command => command.Step).ShouldBe(["charge", "reserve"]);
    }

    [Fact]
    public void Failure_StepsWithoutCompensation_ArePassedOverAndSaySo()
    {
        var run = new EngineRun(Saga(Step("a"), Irreversible("b"), Step("c"), Step("d")))
            .Succeed().Succeed().Succeed().Fail().SucceedToTheEnd();

        run.Commands.OfType<CompensateStep>().Select(command => command.Step).ShouldBe(["c", "a"]);
        run.Step("b").Status.ShouldBe(StepStatus.PassedOver);
        run.History.Single(record => record.Event == "StepPassedOver").Step.ShouldBe("b");
    }

    [Fact]
    public void Failure_NothingCanBeUndone_SagaIsCompensatedAtOnce()
    {
        var run = new EngineRun(Saga(Irreversible("a"), Irreversible("b"))).Succeed().Fail();

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Saga.DueAt.ShouldBeNull();
        run.EventNames.TakeLast(3).ShouldBe(["SagaStepFailed", "SagaCompensating", "SagaCompensated"]);
    }

    [Fact]
    public void Failure_OfTheFirstStep_SagaIsCompensatedAtOnce()
    {
        var run = new EngineRun(Order()).Fail();

        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Commands.Count.ShouldBe(1);
        run.Step("charge").Status.ShouldBe(StepStatus.Pending);
    }

    [Fact]
    public void Compensation_Command_GoesToItsOwnParticipantWithItsOwnTimeoutAndTheResults()
    {
        var run = new EngineRun(Order()).Succeed("\"r7\"").Fail();

        var sent = run.Last.Messages.OfType<OutgoingMessage.Command>().ShouldHaveSingleItem();
        sent.Participant.ShouldBe(new QueueParticipant("reserve-undo", MessageFormat.Json));
        var command = sent.Message.ShouldBeOfType<CompensateStep>();
        command.SagaId.ShouldBe(run.Saga.SagaId);
        command.SagaName.ShouldBe("order");
        command.SagaVersion.ShouldBe(3);
        command.Attempt.ShouldBe(1);
        command.Input.GetRawText().ShouldBe(run.Saga.Input.GetRawText());
        command.Results.GetRawText().ShouldBe("""{"reserve":"r7"}""");
        command.Deadline.ShouldBe(run.Now + CompensationTimeout);
        run.Saga.DueAt.ShouldBe(command.Deadline);
        run.Saga.CurrentStep.ShouldBe("reserve");
        run.Saga.Direction.ShouldBe(StepDirection.Compensate);
        run.Saga.Attempt.ShouldBe(1);
    }

    [Fact]
    public void Compensation_Command_HasTheResultOfItsOwnStepAlone()
    {
        var run = new EngineRun(Order()).Succeed("\"r\"").Succeed("\"c\"").Fail();

        run.CommandOf("charge").Results.GetRawText().ShouldBe("""{"charge":"c"}""");
        run.Succeed();
        run.CommandOf("reserve").Results.GetRawText().ShouldBe("""{"reserve":"r"}""");
    }

    [Fact]
    public void Compensation_OfUnknownOutcome_HasNoResult()
    {
        var run = new EngineRun(Order(retries: 0)).Succeed("\"r\"").LoseAll();

        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("charge");
        run.Command.Results.GetRawText().ShouldBe("{}");
    }

    [Fact]
    public void Compensation_OverHttp_HasTheResultsThatItsRequestNames()
    {
        var undo = new HttpParticipant
        {
            Method = "POST",
            Url = "https://payments.example/{results.reserve.id}/undo",
            Headers = new Dictionary<string, HttpHeaderValue>
            {
                ["Accept"] = HttpHeaderValue.OfText("application/json"),
                ["Order"] = HttpHeaderValue.OfText("{results.ship.v2}"),
            },
            Body = JsonElement.Parse("""{"of":[{"hotel":"{results.hotel}"}],"n":1}"""),
        };
        var last = Step("last");
        last = last with { Compensation = last.Compensation! with { Participant = undo } };
        var run = new EngineRun(Saga(
            Step("reserve"), Step("ship.v2"), Step("hotel"), Step("other"), last, Step("end")));

        run.Succeed("""{"id":1}""").Succeed("2").Succeed("3").Succeed("4").Succeed("5").Fail();

        run.Command.ShouldBeOfType<CompensateStep>().Step.ShouldBe("last");
        run.Command.Results.GetRawText().ShouldBe("""{"reserve":{"id":1},"ship.v2":2,"hotel":3,"last":5}""");
    }

    [Fact]
    public void Execution_OverHttp_HasTheResultsThatItsRequestNames()
    {
        var call = new HttpParticipant { Method = "GET", Url = "https://hotels.example/{results.hotel.id}" };
        var run = new EngineRun(Saga(Step("reserve"), Step("hotel"), Step("last") with { Participant = call }));

        run.Succeed("1").Succeed("""{"id":2}""");

        run.Command.Results.GetRawText().ShouldBe("""{"hotel":{"id":2}}""");
    }

    [Fact]
    public void Compensation_Finished_EventsAndFailureTellWhatHappened()
    {
        var run = new EngineRun(Order()).Succeed().Succeed().Fail().Succeed().Due().Due().Succeed();

        run.EventNames.ShouldBe([
            "SagaStarted", "SagaStepCompleted", "SagaStepCompleted", "SagaStepFailed", "SagaCompensating",
            "SagaStepCompensated", "SagaStepCompensated", "SagaCompensated"]);
        run.Events.OfType<SagaStepCompensated>().Select(message => (message.Step, message.Attempts))
            .ShouldBe([("charge", 1), ("reserve", 2)]);
        run.Saga.Failure.ShouldBe(new SagaFailure("ship", StepDirection.Execute, "NO", "No."));
        run.Saga.EndedAt.ShouldBe(run.Now);
        run.Step("reserve").CompensatedAt.ShouldBe(run.Now);
    }
}
