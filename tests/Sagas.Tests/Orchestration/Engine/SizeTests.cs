using System.Text;
using System.Text.Json;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions.Http;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>What is sent fits into a message, and what cannot be sent is known at once.</summary>
public sealed class SizeTests
{
    private static readonly EngineLimits Small = new(EngineLimits.Envelope + 1000);
    private static readonly EngineLimits Smaller = new(EngineLimits.Envelope + 300);

    /// <summary>Each within its limit; with the 17th the next command would be over the broker's.</summary>
    [Proves("participant-results-too-large-together")]
    [Fact]
    public void Succeed_TwentyResultsOfOneMegabyte_TurnsBackAtOnceAndUndoesEveryStep()
    {
        var run = new EngineRun(Saga([.. Enumerable.Range(1, 20).Select(number => Step($"step-{number}"))]));
        var result = Text(1_000_000);

        while (run.Saga.State == SagaStatus.Running)
        {
            run.Succeed(result);
        }

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Saga.Failure!.Code.ShouldBe("COMMAND_TOO_LARGE");
        run.Saga.Failure.Step.ShouldBe("step-18");
        run.Saga.Failure.Message.ShouldContain("16,760,832 fit into a message (Sagas:Outbox:MaxMessageBytes less 16,384)");
        run.SucceedToTheEnd();
        run.Saga.State.ShouldBe(SagaStatus.Compensated);
        run.Commands.OfType<CompensateStep>().Select(command => command.Step)
            .ShouldBe(Enumerable.Range(1, 17).Reverse().Select(number => $"step-{number}"));
        run.Commands.ShouldAllBe(command => Payload(command) <= EngineLimits.Default.PayloadBytes);
    }

    [Fact]
    public void Succeed_NextCommandWouldBeTooLarge_NamesTheStepAndTheLargestParts()
    {
        var run = new EngineRun(Order(), limits: Small).Succeed(Text(500)).Succeed(Text(600));

        run.Saga.Failure.ShouldBe(new SagaFailure(
            "ship",
            StepDirection.Execute,
            "COMMAND_TOO_LARGE",
            "The command to execute step 'ship' was not sent: it has 1,138 bytes of input and results, and 1,000 fit into a "
            + "message (Sagas:Outbox:MaxMessageBytes less 16,384). The largest are the result of 'charge' (602), the result "
            + "of 'reserve' (502), the input (12). Return less, or store it elsewhere and return a reference."));
        run.Sent.ShouldBe(["execute reserve #1 /1", "execute charge #1 /1", "compensate charge #1 /1"]);
        var ship = run.Step("ship");
        (ship.Status, ship.Execution.Count, ship.Error!.Code).ShouldBe((StepStatus.Failed, 0, "COMMAND_TOO_LARGE"));
        run.HistoryNames.TakeLast(4).ShouldBe(["StepSucceeded", "StepNotSent", "SagaCompensating", "StepSent"]);
        run.Events.OfType<SagaStepFailed>().ShouldHaveSingleItem().Attempts.ShouldBe(0);
    }

    [Proves("participant-result-too-large-to-undo")]
    [Fact]
    public void Succeed_WithAResultWithWhichItCouldNotBeUndone_IsUndoneWithoutIt()
    {
        var run = new EngineRun(Order(), limits: Small).Succeed("1").Succeed(Text(1000));

        run.Saga.Failure!.Code.ShouldBe("RESULT_TOO_LARGE");
        run.Saga.Failure.Step.ShouldBe("charge");
        run.Saga.Failure.Message.ShouldStartWith(
            "The result of step 'charge' was not kept: with it the command to undo step 'charge' has 1,025 bytes");
        run.Saga.Results.GetRawText().ShouldBe("""{"reserve":1}""");
        run.Command.ShouldBeOfType<CompensateStep>().Results.GetRawText().ShouldBe("{}");
        var completed = run.Events.OfType<SagaStepCompleted>().Last();
        (completed.Result, completed.ResultOmitted).ShouldBe((null, true));
        run.SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Compensated);
    }

    [Fact]
    public void Succeed_WithAResultThatJustFits_IsKept()
    {
        var room = 1000 - """{"order":17}""".Length - """{"charge":""}""".Length;

        var run = new EngineRun(Order(), limits: Small).Succeed().Succeed(Text(room));

        run.Saga.Results.GetProperty("charge").GetString()!.Length.ShouldBe(room);
        run.Saga.Failure!.Step.ShouldBe("ship");
        Payload(run.Command).ShouldBe(1000);
    }

    [Fact]
    public void LateSuccess_WithAResultWithWhichItCouldNotBeUndone_IsUndoneWithoutIt()
    {
        var run = new EngineRun(Order(retries: 0), limits: Small).LoseAll();
        run.SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Compensated);

        run.Reply(EngineRun.Success(run.Commands[0], Text(1000)));

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Command.ShouldBeOfType<CompensateStep>().Results.GetRawText().ShouldBe("{}");
    }

    [Fact]
    public void Succeed_InAGroupWithAResultThatIsTooLarge_WaitsForTheOthersAndTurnsBack()
    {
        var run = new EngineRun(Saga(Parallel(Step("hotel"), Step("flight"))), limits: Small);

        run.SucceedAt("hotel", Text(1000));
        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.SucceedAt("flight");

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Saga.Failure!.Code.ShouldBe("RESULT_TOO_LARGE");
    }

    [Proves("participant-results-too-large-together")]
    [Fact]
    public void Succeed_NextCommandIsTooLargePastThePivot_IsSuspendedUntilMoreFits()
    {
        var run = new EngineRun(Saga(Pivot("pay"), Irreversible("ship"), Irreversible("mail")), limits: Small);

        run.Succeed(Text(1000));

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.CurrentStep.ShouldBe("ship");
        run.Saga.Failure!.Code.ShouldBe("COMMAND_TOO_LARGE");
        run.Retry().Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Sent.ShouldBe(["execute pay #1 /1"]);
        run.Limits = EngineLimits.Default;
        run.Retry().Saga.State.ShouldBe(SagaStatus.Running);
        run.SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Completed);
    }

    [Fact]
    public void Skip_StepThatCannotBeSentPastThePivot_GoesOnBehindIt()
    {
        var last = Irreversible("last") with
        {
            Participant = new HttpParticipant { Method = "GET", Url = "https://mail.example" },
        };
        var run = new EngineRun(Saga(Pivot("pay"), Irreversible("ship"), last), limits: Small).Succeed(Text(1000));

        run.Skip();

        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.Step("ship").Status.ShouldBe(StepStatus.Skipped);
        run.Command.Step.ShouldBe("last");
    }

    [Fact]
    public void Succeed_OneOfAGroupIsTooLargePastThePivot_TheOthersAreSent()
    {
        var call = Irreversible("call") with
        {
            Participant = new HttpParticipant { Method = "GET", Url = "https://mail.example" },
        };
        var run = new EngineRun(Saga([Pivot("pay"), .. Parallel(Irreversible("ship"), call)]), limits: Small);

        run.Succeed(Text(1000));
        run.Saga.State.ShouldBe(SagaStatus.Running);
        run.Command.Step.ShouldBe("call");
        run.Succeed();

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.CurrentStep.ShouldBe("ship");
    }

    /// <summary>Whatever comes after it: nothing more is done that would have to be undone.</summary>
    [Fact]
    public void Succeed_AStepFarBehindCouldNotBeSent_TurnsBackBeforeTheOthersAreDone()
    {
        var run = new EngineRun(
            Saga(
                Step("a") with { Results = [] },
                Step("b") with { Results = [] },
                Step("c") with { Results = [] },
                Step("d") with { Results = ["a", "b"] }),
            limits: Small);

        run.Succeed(Text(500)).Succeed(Text(600));

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
        run.Saga.Failure!.Step.ShouldBe("d");
        run.Step("c").Status.ShouldBe(StepStatus.Pending);
    }

    [Fact]
    public void Succeed_AStepBehindCouldNotBeUndone_IsNotStarted()
    {
        var last = Step("last") with { Results = [] };
        last = last with { Compensation = last.Compensation! with { Results = ["a", "b"] } };
        var run = new EngineRun(Saga(Step("a"), Step("b") with { Results = [] }, last), limits: Small);

        run.Succeed(Text(500)).Succeed(Text(600));

        run.Saga.Failure!.Message.ShouldStartWith("The command to undo step 'last' was not sent");
        run.Sent.ShouldBe(["execute a #1 /1", "execute b #1 /1", "compensate b #1 /1"]);
    }

    [Fact]
    public void Send_StepsThatSayWhichResultsTheyNeed_GetThoseAlone()
    {
        var last = Step("last") with { Results = ["b"] };
        last = last with { Compensation = last.Compensation! with { Results = ["a"] } };
        var run = new EngineRun(Saga(Step("a"), Step("b") with { Results = [] }, last, Step("end")));

        run.Succeed("1");
        run.Command.Results.GetRawText().ShouldBe("{}");
        run.Succeed("2");
        run.Command.Results.GetRawText().ShouldBe("""{"b":2}""");
        run.Succeed("3");
        run.Command.Results.GetRawText().ShouldBe("""{"a":1,"b":2,"last":3}""");
        run.Fail();
        run.Command.Results.GetRawText().ShouldBe("""{"a":1,"last":3}""");
    }

    [Fact]
    public void Complete_ResultsOfAllStepsAreTooLargeTogether_AreLeftOutOfTheEvent()
    {
        var call = new HttpParticipant { Method = "GET", Url = "https://mail.example" };
        var run = new EngineRun(
            Saga([.. Enumerable.Range(1, 3).Select(number => Step($"s{number}") with { Participant = call })]),
            limits: Small);

        run.Succeed(Text(500)).Succeed(Text(500)).Succeed(Text(500));

        run.Saga.State.ShouldBe(SagaStatus.Completed);
        run.Saga.Results.EnumerateObject().Count().ShouldBe(3);
        var completed = run.Events[^1].ShouldBeOfType<SagaCompleted>();
        (completed.Results.GetRawText(), completed.ResultsOmitted).ShouldBe(("{}", true));
        run.Events.OfType<SagaStepCompleted>().ShouldAllBe(step => step.Result != null && step.ResultOmitted == null);
    }

    [Fact]
    public void Succeed_OnlyAResultThatIsTooLargeToPublish_IsLeftOutOfTheEvent()
    {
        var run = new EngineRun(Saga(Irreversible("only")), limits: Small).Succeed(Text(1000));

        run.Saga.State.ShouldBe(SagaStatus.Completed);
        run.Events.OfType<SagaStepCompleted>().ShouldHaveSingleItem().ResultOmitted.ShouldBe(true);
    }

    [Fact]
    public void Due_LimitIsLowerThanAtTheFirstAttempt_SendsNoFurtherOne()
    {
        var run = new EngineRun(Order(), limits: Small).Succeed(Text(500));
        run.Limits = Smaller;

        run.Due();

        run.Saga.Failure!.Code.ShouldBe("COMMAND_TOO_LARGE");
        run.Sent.ShouldBe(["execute reserve #1 /1", "execute charge #1 /1", "compensate charge #1 /1"]);
    }

    [Proves("participant-limit-lowered")]
    [Fact]
    public void TurnBack_LimitIsLowerThanWhenTheStepWasDone_IsSuspendedUntilMoreFits()
    {
        var run = new EngineRun(Order(), limits: Small).Succeed(Text(500));
        run.Limits = Smaller;

        run.Fail();

        run.Saga.State.ShouldBe(SagaStatus.Suspended);
        run.Saga.Direction.ShouldBe(StepDirection.Compensate);
        run.Saga.Failure!.Code.ShouldBe("COMMAND_TOO_LARGE");
        run.Saga.Failure.Message.ShouldStartWith("The command to undo step 'reserve' was not sent");
        run.Saga.Failure.Cause!.Code.ShouldBe("NO");
        run.Limits = Small;
        run.Retry().SucceedToTheEnd().Saga.State.ShouldBe(SagaStatus.Compensated);
    }

    /// <summary>An aborted saga whose compensation was never sent has turned back all the same.</summary>
    [Fact]
    public void LateSuccess_OfASagaAbortedBeforeItsFirstCompensationWasSent_IsUndone()
    {
        var run = new EngineRun(Order(retries: 0), limits: Small).Succeed(Text(500));
        run.Limits = Smaller;
        run.Fail().Abort().Saga.State.ShouldBe(SagaStatus.Aborted);

        run.LateSuccess("charge");

        run.Saga.State.ShouldBe(SagaStatus.Compensating);
    }

    /// <summary>The sum that all of this rests on, with the longest names and texts that grow the most.</summary>
    [Theory]
    [InlineData("\u007f")]
    [InlineData("<&'+é€\U0001F600")]
    [InlineData("\\u0001\\n\\/\\\\\\\"")]
    public void Envelope_OfTheLargestCommand_FitsIntoAMessage(string text)
    {
        var name = new string('n', 100);
        var step = Step(name);
        var input = $$"""{ "text": "{{string.Concat(Enumerable.Repeat(text, 3000))}}", "list": [ 1, 2.50, null, true, {} ] }""";
        var run = new EngineRun(Saga(step, Step("end")) with { Name = name }, input);
        run.Succeed($"\"{string.Concat(Enumerable.Repeat(text, 3000))}\"").Fail();
        var command = run.Command.ShouldBeOfType<CompensateStep>();

        var bytes = JsonSerializer.SerializeToUtf8Bytes(Envelope(command), Compact);

        var payload = JsonSize.Of(command.Input) + JsonSize.Of(command.Results);
        payload.ShouldBe(Written(command.Input) + Written(command.Results));
        payload.ShouldBeLessThanOrEqualTo(JsonSize.AtMost(command.Input) + JsonSize.AtMost(command.Results));
        (bytes.Length - payload).ShouldBeInRange(0, EngineLimits.Envelope);
    }

    private static JsonSerializerOptions Compact { get; } =
        new(SystemTextJsonMessageSerializer.Options) { WriteIndented = false };

    private static int Written(JsonElement json) => JsonSerializer.SerializeToUtf8Bytes(json, Compact).Length;

    private static JsonMessageEnvelope Envelope(CompensateStep command)
    {
        var address = new Uri($"queue:{new string('q', 255)}");
        var context = new MessageSendContext<CompensateStep>(command)
        {
            MessageId = NewId.NextGuid(),
            CorrelationId = command.SagaId,
            ConversationId = NewId.NextGuid(),
            InitiatorId = NewId.NextGuid(),
            RequestId = NewId.NextGuid(),
            SourceAddress = address,
            DestinationAddress = address,
            ResponseAddress = address,
            FaultAddress = address,
            SupportedMessageTypes = MessageTypeCache<CompensateStep>.MessageTypeNames,
            TimeToLive = TimeSpan.FromDays(1),
        };
        context.Headers.Set("traceparent", new string('t', 55));
        context.Headers.Set("tracestate", new string('t', 512));
        return new JsonMessageEnvelope(context, command);
    }

    private static int Payload(IStepCommand command) =>
        Encoding.UTF8.GetByteCount(command.Input.GetRawText()) + Encoding.UTF8.GetByteCount(command.Results.GetRawText());

    private static string Text(int length) => $"\"{new string('x', length)}\"";
}
