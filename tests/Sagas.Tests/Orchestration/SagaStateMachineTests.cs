using System.Diagnostics;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Orchestration;

/// <summary>
/// The state machine around the engine, on its real store: what goes in, what comes out, what is kept.
/// </summary>
public sealed class SagaStateMachineTests
{
    private const string Definition = """
        {
          "name": "trip", "version": 1,
          "steps": [
            { "name": "book-hotel", "queue": "participants", "timeout": "20s", "compensation": { "timeout": "20s", "retry": { "retries": 1, "interval": "20ms" } },
              "retry": { "retries": 1, "interval": "20ms" } },
            { "name": "book-flight", "queue": "participants", "timeout": "20s", "retry": { "retries": 1, "interval": "20ms" } }
          ]
        }
        """;

    private static readonly string Impatient = Definition.Replace("20s", "500ms", StringComparison.Ordinal);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EveryStepSucceeds_CompletesAndPublishesItsEvents()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);

        var accepted = await StartAsync(worker);

        accepted.AlreadyStarted.ShouldBeFalse();
        await worker.UntilStateAsync(accepted.SagaId, "Completed", Ct);
        worker.Commands.Select(x => x.Step).ShouldBe(["book-hotel", "book-flight"]);
        await Eventually.HoldsAsync("the events", () => Task.FromResult(worker.Events.Count == 4), Ct);
        worker.Events.Order().Select(x => x.Type).ShouldBe(
            ["SagaStarted", "SagaStepCompleted", "SagaStepCompleted", "SagaCompleted"]);
        await Eventually.BecomesAsync(() => worker.ScalarAsync("select count(*) from outbox_message"), 0L, Ct);
    }

    /// <summary>As they arrive: nothing is sorted here.</summary>
    [Fact]
    public async Task Run_SagasOfEveryEnd_PublishAllNineEventsInOrderAndWithoutGaps()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, x => x switch
        {
            ExecuteStep { Step: "book-flight" } when !x.Input.TryGetProperty("well", out _) => EmbeddedWorker.Fail(x, "SOLD_OUT"),
            CompensateStep when x.Input.TryGetProperty("stuck", out _) => EmbeddedWorker.Fail(x, "DOWN"),
            _ => EmbeddedWorker.Succeed(x),
        });

        var ends = new Dictionary<Guid, string[]>
        {
            [await EndAsync("""{"well":true}""", "Completed")] =
                ["SagaStarted", "SagaStepCompleted", "SagaStepCompleted", "SagaCompleted"],
            [await EndAsync("{}", "Compensated")] =
                ["SagaStarted", "SagaStepCompleted", "SagaStepFailed", "SagaCompensating", "SagaStepCompensated", "SagaCompensated"],
            [await EndAsync("""{"stuck":true}""", "Suspended")] =
                ["SagaStarted", "SagaStepCompleted", "SagaStepFailed", "SagaCompensating", "SagaSuspended", "SagaAborted"],
        };
        await worker.SendAsync(new AbortSaga { SagaId = ends.Last().Key, Operator = "ann", Reason = "enough" }, Ct);

        await Eventually.HoldsAsync(
            "the events", () => Task.FromResult(worker.Events.Count == ends.Sum(x => x.Value.Length)), Ct);
        ends.Values.SelectMany(x => x).Distinct().Count().ShouldBe(9);
        foreach (var (saga, expected) in ends)
        {
            var events = worker.Events.Where(x => x.SagaId == saga).ToList();
            events.Select(x => x.Type).ShouldBe(expected);
            events.Select(x => x.Sequence).ShouldBe(Enumerable.Range(1, expected.Length));
        }

        async Task<Guid> EndAsync(string input, string state)
        {
            var saga = await StartAsync(worker, input: input);
            await worker.UntilStateAsync(saga.SagaId, state, Ct);
            return saga.SagaId;
        }
    }

    [Fact]
    public async Task Reply_LastStepRefuses_CompensatesTheFirst()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, x =>
            x.Step == "book-flight" ? EmbeddedWorker.Fail(x, "SOLD_OUT") : EmbeddedWorker.Succeed(x));

        var saga = await StartAsync(worker);

        await worker.UntilStateAsync(saga.SagaId, "Compensated", Ct);
        worker.Commands.Select(x => (x.GetType().Name, x.Step)).ShouldBe(
            [("ExecuteStep", "book-hotel"), ("ExecuteStep", "book-flight"), ("CompensateStep", "book-hotel")]);
        (await worker.ScalarAsync("select failure ->> 'code' from saga_state")).ShouldBe("SOLD_OUT");
    }

    [Fact]
    public async Task Reply_StepIsPutOff_WaitsVisiblyAndIsSentAgain()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        var isWell = false;
        worker.Answer = x => isWell ? EmbeddedWorker.Succeed(x) : new StepDeferred
        {
            SagaId = x.SagaId,
            Step = x.Step,
            Direction = StepDirection.Execute,
            Attempt = x.Attempt,
            Wait = TimeSpan.FromSeconds(1),
            Code = "CIRCUIT_OPEN",
            Message = "It is open.",
        };

        var saga = await StartAsync(worker);

        await Eventually.BecomesAsync(
            () => worker.ScalarAsync("select current_step || ' / ' || why from saga_overview"),
            "book-hotel, attempt 1, waits: CIRCUIT_OPEN / CIRCUIT_OPEN: It is open. (book-hotel)",
            Ct);
        isWell = true;
        await worker.UntilStateAsync(saga.SagaId, "Completed", Ct);
        worker.Commands.Select(x => x.Attempt).ShouldAllBe(attempt => attempt == 1);
        worker.Commands.Where(x => x.Step == "book-hotel").Select(x => x.IdempotencyKey).Distinct().Count().ShouldBe(1);
        (await worker.ScalarAsync("select max(attempts) from saga_step")).ShouldBe(1L);
    }

    [Fact]
    public async Task Due_ParticipantIsSilent_AsksAgainUnderTheSameKeyThenCompensates()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Impatient, Ct, x =>
            x is ExecuteStep { Step: "book-flight" } ? null : EmbeddedWorker.Succeed(x));

        var saga = await StartAsync(worker);

        await worker.UntilStateAsync(saga.SagaId, "Compensated", Ct);
        var flight = worker.Commands.Where(x => x.Step == "book-flight").ToList();
        flight.Select(x => x.Attempt).ShouldBe([1, 2]);
        flight.Select(x => x.IdempotencyKey).Distinct().ShouldHaveSingleItem();
    }

    /// <summary>Well before the deadlines, of 20 seconds a step: MassTransit says that the consumer threw.</summary>
    [Proves("participant-consumer-throws")]
    [Fact]
    public async Task Fault_ConsumersOfAParticipantThrowOnce_AsksAgainUnderTheSameKeyAtOnce()
    {
        var started = Stopwatch.GetTimestamp();
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, x => x switch
        {
            { Step: "book-hotel", Attempt: 1 } => throw new InvalidOperationException("out of memory"),
            ExecuteStep { Step: "book-flight" } => EmbeddedWorker.Fail(x, "SOLD_OUT"),
            _ => EmbeddedWorker.Succeed(x),
        });

        var saga = await StartAsync(worker);

        await worker.UntilStateAsync(saga.SagaId, "Compensated", Ct);
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
        worker.Commands.Where(x => x.Step == "book-hotel").Select(x => (x.GetType().Name, x.Attempt)).ShouldBe(
            [("ExecuteStep", 1), ("ExecuteStep", 2), ("CompensateStep", 1), ("CompensateStep", 2)]);
        worker.Commands.Where(x => x.Step == "book-hotel").Select(x => x.IdempotencyKey).Distinct().Count().ShouldBe(2);
        (await worker.ScalarAsync(
            """
            select count(*) from saga_history where event = 'StepOutcomeUnknown'
                and detail like '%PARTICIPANT_FAULTED%' and detail like '%InvalidOperationException: out of memory%'
            """)).ShouldBe(2L);
    }

    [Fact]
    public async Task Retry_SuspendedSaga_GoesOnAtThatStepAndRecordsWhoAndWhy()
    {
        var isRepaired = false;
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, x => x switch
        {
            ExecuteStep { Step: "book-flight" } => EmbeddedWorker.Fail(x, "SOLD_OUT"),
            CompensateStep when !isRepaired => EmbeddedWorker.Fail(x, "DOWN", retryable: true),
            _ => EmbeddedWorker.Succeed(x),
        });
        var saga = await StartAsync(worker);
        await worker.UntilStateAsync(saga.SagaId, "Suspended", Ct);

        isRepaired = true;
        var answer = await worker.AskAsync<RetrySaga, CommandAccepted>(
            new RetrySaga { SagaId = saga.SagaId, Operator = "ann", Reason = "the hotel is back" }, Ct);

        answer.ShouldBeOfType<CommandAccepted>().State.ShouldBe("Compensating");
        await worker.UntilStateAsync(saga.SagaId, "Compensated", Ct);
        (await worker.ScalarAsync("select count(*) from saga_history where detail like '%ann%' and detail like '%hotel is back%'"))
            .ShouldBe(1L);
    }

    [Fact]
    public async Task Retry_LastStepSucceededWhileSuspended_Completes()
    {
        const string PastPivot = """
            {
              "name": "trip", "version": 1,
              "steps": [
                { "name": "book-flight", "queue": "participants", "pivot": true },
                { "name": "send-ticket", "queue": "participants" }
              ]
            }
            """;
        await using var worker = await EmbeddedWorker.StartAsync(PastPivot, Ct, x =>
            x.Step == "send-ticket" ? EmbeddedWorker.Fail(x, "NO_PRINTER") : EmbeddedWorker.Succeed(x));
        var saga = await StartAsync(worker);
        await worker.UntilStateAsync(saga.SagaId, "Suspended", Ct);
        await worker.SendAsync(
            (StepSucceeded)EmbeddedWorker.Succeed(worker.Commands.Single(x => x.Step == "send-ticket")), Ct);
        await Eventually.BecomesAsync(
            () => worker.ScalarAsync("select count(*) from saga_history where event = 'StepSucceeded'"), 2L, Ct);

        var answer = await worker.AskAsync<RetrySaga, CommandAccepted>(
            new RetrySaga { SagaId = saga.SagaId, Operator = "ann", Reason = "it was printed after all" }, Ct);

        answer.ShouldBeOfType<CommandAccepted>().State.ShouldBe("Completed");
        await worker.UntilStateAsync(saga.SagaId, "Completed", Ct);
    }

    [Fact]
    public async Task Cancel_CompletedSaga_IsRefused()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        var saga = await StartAsync(worker);
        await worker.UntilStateAsync(saga.SagaId, "Completed", Ct);

        var answer = await worker.AskAsync<CancelSaga, CommandAccepted>(
            new CancelSaga { SagaId = saga.SagaId, Operator = "ann", Reason = "changed her mind" }, Ct);

        answer.ShouldBeOfType<RequestRefused>().Code.ShouldBe(RefusalCodes.InvalidState);
    }

    [Fact]
    public async Task Start_SameKeyAtTheSameTime_StartsOneSaga()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => StartAsync(worker, key: "trip-1")));

        answers.Select(x => x.SagaId).Distinct().ShouldHaveSingleItem();
        answers.Count(x => !x.AlreadyStarted).ShouldBe(1);
        (await worker.ScalarAsync("select count(*) from saga_state")).ShouldBe(1L);
    }

    [Proves("message-key-reused")]
    [Fact]
    public async Task Start_SameKeyOtherRequest_IsRefused()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        await StartAsync(worker, key: "trip-1");

        var answer = await worker.AskAsync<StartSaga, SagaAccepted>(
            new StartSaga { SagaName = "trip", Input = JsonElement.Parse("""{"to":"Rome"}"""), IdempotencyKey = "trip-1" }, Ct);

        answer.ShouldBeOfType<RequestRefused>().Code.ShouldBe(RefusalCodes.IdempotencyConflict);
    }

    [Fact]
    public async Task Start_SameSagaIdTwice_IsTheSameSagaUnlessTheRequestIsAnother()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        var request = new StartSaga { SagaName = "trip", Input = JsonElement.Parse("{}"), SagaId = Guid.NewGuid() };

        var first = await worker.AskAsync<StartSaga, SagaAccepted>(request, Ct);
        var second = await worker.AskAsync<StartSaga, SagaAccepted>(request, Ct);
        var other = await worker.AskAsync<StartSaga, SagaAccepted>(
            request with { Input = JsonElement.Parse("""{"to":"Rome"}""") }, Ct);

        first.ShouldBeOfType<SagaAccepted>().AlreadyStarted.ShouldBeFalse();
        second.ShouldBeOfType<SagaAccepted>().AlreadyStarted.ShouldBeTrue();
        other.ShouldBeOfType<RequestRefused>().Code.ShouldBe(RefusalCodes.IdempotencyConflict);
    }

    [Fact]
    public async Task Start_RefusedRequest_LeavesNoRow()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);

        var answer = await worker.AskAsync<StartSaga, SagaAccepted>(new StartSaga { SagaName = "tripp" }, Ct);

        var refused = answer.ShouldBeOfType<RequestRefused>();
        refused.Code.ShouldBe(RefusalCodes.UnknownSaga);
        refused.Message.ShouldContain("'tripp'");
        refused.Message.ShouldContain("There are: trip.");
        (await worker.ScalarAsync("select count(*) from saga_state")).ShouldBe(0L);
    }

    [Fact]
    public async Task StartAgain_SagaInFlight_IsBroughtToItsEnd()
    {
        var isSilent = true;
        await using var worker = await EmbeddedWorker.StartAsync(
            Impatient.Replace("\"retries\": 1", "\"retries\": 50", StringComparison.Ordinal),
            Ct,
            x => isSilent ? null : EmbeddedWorker.Succeed(x));
        var saga = await StartAsync(worker);

        await worker.StopAsync(Ct);
        isSilent = false;
        await worker.StartAgainAsync(Ct);

        await worker.UntilStateAsync(saga.SagaId, "Completed", Ct);
    }

    private static async Task<SagaAccepted> StartAsync(EmbeddedWorker worker, string? key = null, string input = "{}") =>
        (await worker.AskAsync<StartSaga, SagaAccepted>(
            new StartSaga { SagaName = "trip", Input = JsonElement.Parse(input), IdempotencyKey = key }, Ct))
        .ShouldBeOfType<SagaAccepted>();
}
