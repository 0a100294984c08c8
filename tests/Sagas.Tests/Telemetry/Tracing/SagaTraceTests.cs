using System.Diagnostics;
using Sagas.Contracts;
using Sagas.Tests.Orchestration;
using Sagas.Tests.Participants.Http;

namespace Sagas.Tests.Telemetry.Tracing;

public sealed class SagaTraceTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Client = "b7ad6b7169203331";
    private const string Definition = """
        { "name": "order", "version": 1, "steps": [
            { "name": "reserve", "queue": "participants", "timeout": "30s", "compensation": true,
              "retry": { "retries": 1, "interval": "20ms" } },
            { "name": "charge", "queue": "participants", "timeout": "30s", "retry": { "retries": 0 } } ] }
        """;

    private readonly Guid _saga = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Saga_RetriedAndCompensated_IsOneTraceUnderItsStart()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, Scripted);
        using var spans = new SpanCollector().ListenTo(worker.Services);

        await StartAsync(worker, $"00-{Trace}-{Client}-01");
        await worker.UntilStateAsync(_saga, "Compensated", Ct);
        await EndAsync(spans, "StepSucceeded", 2);

        spans.Spans.ShouldAllBe(x => x.TraceId.ToHexString() == Trace);
        spans.One("process sagas", nameof(StartSaga)).ParentSpanId.ToHexString().ShouldBe(Client);
        spans.Tree().ShouldBe(
        [
            "- > process sagas StartSaga",
            "process sagas SagaDue > send participants ExecuteStep",
            "process sagas StartSaga > compensate reserve 1 succeeded",
            "process sagas StartSaga > execute charge 1 failed !DECLINED",
            "process sagas StartSaga > execute reserve 1 failed !BUSY",
            "process sagas StartSaga > execute reserve 2 succeeded",
            "process sagas StartSaga > process sagas SagaDue",
            "process sagas StartSaga > process sagas StepFailed",
            "process sagas StartSaga > process sagas StepFailed",
            "process sagas StartSaga > process sagas StepSucceeded",
            "process sagas StartSaga > process sagas StepSucceeded",
            "process sagas StartSaga > saga order !DECLINED",
            "process sagas StartSaga > send participants ExecuteStep",
            "process sagas StepFailed > send participants CompensateStep",
            "process sagas StepSucceeded > send participants ExecuteStep",
        ]);
        var sent = spans.Spans.Where(x => x.Kind == ActivityKind.Producer).Select(x => x.Id).Order(StringComparer.Ordinal);
        worker.TraceParents.Order(StringComparer.Ordinal).ShouldBe(sent);
    }

    /// <summary>Without a trace of its sender, the saga's id stands for one; and no part of a trace's ids may be zero.</summary>
    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000001")]
    [InlineData("00000064-0000-0000-0000-000000000000")]
    [InlineData("ffffffff-ffff-ffff-0000-000000000000")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public async Task Saga_WhoseChosenIdIsMostlyZeros_EndsAsAnyOther(string id)
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);

        await worker.SendAsync(new StartSaga { SagaName = "order", SagaId = Guid.Parse(id) }, Ct);

        await worker.UntilStateAsync(Guid.Parse(id), "Completed", Ct);
    }

    [Fact]
    public async Task Spans_OfMessages_FollowTheConventionsAndKeepThePayloadToThemselves()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, Scripted);
        using var spans = new SpanCollector().ListenTo(worker.Services);

        await StartAsync(worker, traceParent: null);
        await worker.UntilStateAsync(_saga, "Compensated", Ct);
        await EndAsync(spans, "StepSucceeded", 2);

        var start = spans.One("process sagas", nameof(StartSaga));
        start.Kind.ShouldBe(ActivityKind.Consumer);
        start.ParentSpanId.ShouldBe(default);
        (string, string)[] expected =
        [
            ("messaging.system", "in_memory"), ("messaging.destination.name", "sagas"),
            ("messaging.operation.type", "process"), ("messaging.operation.name", "process"),
            ("messaging.message.conversation_id", $"{_saga}"), ("saga.id", $"{_saga}"),
        ];
        expected.ShouldAllBe(x => SpanCollector.Tag(start, x.Item1) == x.Item2);
        SpanCollector.Tag(start, "messaging.message.id").ShouldNotBeNull();

        var saga = spans.One("saga order");
        (saga.Status, saga.Kind).ShouldBe((ActivityStatusCode.Error, ActivityKind.Internal));
        SpanCollector.Tag(saga, "saga.state").ShouldBe("Compensated");
        saga.Duration.ShouldBeGreaterThanOrEqualTo(spans.One("compensate reserve").Duration);

        var written = string.Join('\n', spans.Spans.Select(x => $"{x.DisplayName} {x.StatusDescription} "
            + string.Join(' ', x.TagObjects.Concat(x.Events.SelectMany(e => e.Tags)).Concat(
                x.Baggage.Select(b => KeyValuePair.Create(b.Key, (object?)b.Value))))));
        written.ShouldNotContain("4711");
        written.ShouldNotContain("charge failed");
    }

    [Proves("worker-replaced-while-traced")]
    [Fact]
    public async Task Saga_WhoseWorkerIsReplaced_GoesOnInTheSameTrace()
    {
        // The retries last until another worker is there, however long that takes.
        var definition = Definition.Replace("30s", "300ms", StringComparison.Ordinal)
            .Replace("\"retries\": 1", "\"retries\": 100", StringComparison.Ordinal);
        await using var worker = await EmbeddedWorker.StartAsync(definition, Ct, _ => null);
        using var spans = new SpanCollector().ListenTo(worker.Services);
        await StartAsync(worker, traceParent: null);
        await Eventually.HoldsAsync("a command", () => Task.FromResult(!worker.Commands.IsEmpty), Ct);
        await worker.StopAsync(Ct);
        var before = spans.Spans.Count;

        // The saga stays where it is until its spans are listened to.
        await worker.StartAgainAsync(Ct);
        spans.ListenTo(worker.Services);
        await Eventually.HoldsAsync(
            "an attempt in vain", () => Task.FromResult(spans.Spans.Skip(before).Any(IsAttemptInVain)), Ct);
        worker.Answer = EmbeddedWorker.Succeed;
        await worker.UntilStateAsync(_saga, "Completed", Ct);
        await spans.UntilAsync("saga order", Ct);

        before.ShouldBePositive();
        spans.Spans.Select(x => x.TraceId).Distinct().Count().ShouldBe(1);
        var root = spans.One("process sagas", nameof(StartSaga));
        spans.Spans.Skip(before).Where(x => x.Kind != ActivityKind.Producer).ShouldAllBe(x => x.ParentSpanId == root.SpanId);

        static bool IsAttemptInVain(Activity span) =>
            span.DisplayName == "execute reserve" && span.Status == ActivityStatusCode.Error;
    }

    [Theory]
    [InlineData($"00-{Trace}-{Client}-01")]
    [InlineData(null)]
    public async Task Commands_NobodyListens_CarryTheTraceOfTheStart(string? traceParent)
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);

        await StartAsync(worker, traceParent);
        await worker.UntilStateAsync(_saga, "Completed", Ct);

        worker.TraceParents.ShouldBe([traceParent, traceParent]);
    }

    [Theory]
    [InlineData("vendor=value", "vendor=value")]
    [InlineData("two\r\nlines: injected", null)]
    [InlineData("nul\0", null)]
    [InlineData(null, null)]
    public async Task TraceState_OfTheStart_IsKeptIfItIsOne(string? sent, string? kept)
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);

        await StartAsync(worker, $"00-{Trace}-{Client}-01", sent ?? new string('a', 513));
        await worker.UntilStateAsync(_saga, "Completed", Ct);

        var state = await worker.ScalarAsync("select trace_state from saga_state");
        (state is DBNull ? null : state).ShouldBe(kept);
        (await worker.ScalarAsync("select trace_parent from saga_state")).ShouldBe($"00-{Trace}-{Client}-01");
    }

    [Fact]
    public async Task HttpStep_OfATracedSaga_IsCalledWithinTheTraceAndItsAnswerLinksBack()
    {
        await using var run = await HttpRun.StartAsync(
            """{ "name": "charge", "http": { "method": "POST", "url": "$URL/charges?note={input.id}" } }""",
            Ct,
            (_, context) => HttpService.StatusAsync(context, 404));
        using var spans = new SpanCollector().ListenTo(run.Worker.Services);

        await run.RunAsync("Compensated", Ct);
        await spans.UntilAsync("saga order", Ct);
        await EndAsync(spans, nameof(StepFailed), 1);

        spans.Tree().ShouldBe(
        [
            "- > process sagas StartSaga",
            "process sagas StartSaga > execute charge 1 failed !HTTP_404",
            "process sagas StartSaga > process sagas StepFailed",
            "process sagas StartSaga > saga order !HTTP_404",
            "process sagas StartSaga > send sagas.http ExecuteStep",
            "process sagas.http ExecuteStep > POST !404",
            "send sagas.http ExecuteStep > process sagas.http ExecuteStep",
        ]);
        var call = spans.One("POST");
        run.Service.Requests.ShouldHaveSingleItem().Headers["traceparent"].ShouldBe(call.Id);
        SpanCollector.Tag(call, "server.address").ShouldBe(run.Service.Url.Host);
        call.TagObjects.ShouldNotContain(x => $"{x.Value}".Contains("4711", StringComparison.Ordinal));
        spans.One("process sagas", nameof(StepFailed)).Links.ShouldHaveSingleItem().Context.SpanId
            .ShouldBe(spans.One("process sagas.http").SpanId);
    }

    [Fact]
    public async Task Request_Refused_IsAnErrorOfItsCode()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        using var spans = new SpanCollector().ListenTo(worker.Services);

        await worker.AskAsync<StartSaga, SagaAccepted>(new StartSaga { SagaName = "none", IdempotencyKey = "k" }, Ct);
        await spans.UntilAsync("process sagas", Ct);

        spans.Tree().ShouldBe(["- > process sagas StartSaga !UNKNOWN_SAGA"]);
    }

    private static object Scripted(IStepCommand command) => command switch
    {
        ExecuteStep { Step: "reserve", Attempt: 1 } => EmbeddedWorker.Fail(command, "BUSY", retryable: true),
        ExecuteStep { Step: "charge" } => EmbeddedWorker.Fail(command, "DECLINED"),
        _ => EmbeddedWorker.Succeed(command),
    };

    /// <summary>The row is there before the spans of the delivery that wrote it have ended.</summary>
    private static Task EndAsync(SpanCollector spans, string message, int deliveries) => Eventually.HoldsAsync(
        $"the spans of {deliveries} {message}",
        () => Task.FromResult(
            spans.Spans.Count(x => x.Kind == ActivityKind.Consumer && SpanCollector.Tag(x, "saga.message") == message) == deliveries),
        Ct);

    private Task StartAsync(EmbeddedWorker worker, string? traceParent, string? traceState = null) => worker.SendAsync(
        new StartSaga
        {
            SagaName = "order",
            SagaId = _saga,
            Input = System.Text.Json.JsonElement.Parse("""{"id":"4711"}"""),
        },
        Ct,
        x =>
        {
            x.Headers.Set("traceparent", traceParent);
            x.Headers.Set("tracestate", traceState);
        });
}
