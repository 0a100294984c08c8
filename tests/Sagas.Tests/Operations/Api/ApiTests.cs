using System.Net.Http.Headers;
using System.Text;
using Sagas.Contracts;
using Sagas.Tests.Operations.Access;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations.Api;

/// <summary>The API as its users meet it: over HTTP, with the whole worker behind it.</summary>
public sealed class ApiTests(ApiTests.Fixture fixture) : IClassFixture<ApiTests.Fixture>
{
    private const string Sagas = "/api/v1/sagas";

    private const string Definition =
        """
        { "name": "order", "version": 1, "steps": [
          { "name": "reserve", "queue": "participants", "timeout": "1h", "compensation": true },
          { "name": "charge", "queue": "participants", "timeout": "1h", "pivot": true },
          { "name": "ship", "queue": "participants", "timeout": "1h", "retry": { "retries": 0 } } ] }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ApiRun Api => fixture.Run;

    [Fact]
    public async Task Start_NewKey_IsCreatedWhereItCanBeRead()
    {
        var reply = await Api.PostAsync(Sagas, """{ "name": "order", "input": { "orderId": "é4711" } }""", Ct, "start-1");

        reply.Status.ShouldBe(201, reply.Text);
        reply.Headers.Location.ShouldNotBeNull();
        reply.Headers.GetValues("Idempotency-Key").ShouldBe(["start-1"]);
        var saga = await Api.GetAsync(reply.Headers.Location.ToString(), Ct);
        saga["id"].ShouldBe(reply["id"]);
        saga.Json.GetProperty("input").GetProperty("orderId").GetString().ShouldBe("é4711");
        var history = await Api.GetAsync($"{reply.Headers.Location}/history?limit=1", Ct);
        history.Json.GetProperty("items")[0].GetProperty("event").GetString().ShouldBe("SagaStarted");
        history["next"].ShouldBe("1");
    }

    [Fact]
    public async Task Start_CallerHasATrace_TheSagaIsPartOfIt()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        var content = new StringContent("""{ "name": "order" }""", Encoding.UTF8, "application/json");
        content.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");

        var reply = await Api.PostAsync(Sagas, content, Ct, "traced-1");

        reply.Status.ShouldBe(201, reply.Text);
        var kept = await Api.Worker.ScalarAsync($"select trace_parent from saga_state where lower(id) = '{reply["id"]}'");
        kept.ShouldBeOfType<string>().ShouldStartWith($"00-{Trace}-");
    }

    [Proves("api-start-repeated")]
    [Fact]
    public async Task Start_SameRequestUnderItsKey_IsAnsweredAlike()
    {
        var first = await Api.PostAsync(Sagas, """{ "name": "order", "input": { "a": 1, "b": 2 } }""", Ct, "same-1");
        var second = await Api.PostAsync(Sagas, """{ "input": { "b": 2, "a": 1 }, "name": "order" }""", Ct, "same-1");

        (second.Status, second.Text).ShouldBe((201, first.Text));
        second.Headers.Location.ShouldBe(first.Headers.Location);
        second.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        first.Headers.Contains("Idempotent-Replayed").ShouldBeFalse();
    }

    [Proves("api-key-reused")]
    [Fact]
    public async Task Start_AnotherRequestUnderAKey_IsAConflictThatNamesTheSaga()
    {
        var first = await Api.PostAsync(Sagas, """{ "name": "order", "input": { "a": 1 } }""", Ct, "conflict-1");
        var second = await Api.PostAsync(Sagas, """{ "name": "order", "input": { "a": 2 } }""", Ct, "conflict-1");

        second.ShouldBeProblem(409, "IDEMPOTENCY_CONFLICT")["sagaId"].ShouldBe(first["id"]);
    }

    [Fact]
    public async Task Start_WithoutAKey_GetsOneUnderWhichItCanBeRepeated()
    {
        const string Body = """{ "name": "order", "input": { "no": "key" } }""";
        var first = await Api.PostAsync(Sagas, Body, Ct);

        var second = await Api.PostAsync(Sagas, Body, Ct, first["idempotencyKey"]);

        (second.Status, second.Text).ShouldBe((201, first.Text));
        (await Api.PostAsync(Sagas, Body, Ct))["id"].ShouldNotBe(first["id"]);
    }

    [Proves("api-start-repeated")]
    [Fact]
    public async Task Start_AHundredAtOnceUnderOneKey_StartOneSagaAndGetOneAnswer()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
            Api.PostAsync(Sagas, """{ "name": "order", "input": { "hundred": true } }""", Ct, "hundred")));

        replies.ShouldAllBe(x => x.Status == 201);
        replies.Select(x => x.Text).Distinct().ShouldHaveSingleItem();
        replies.Count(x => !x.Headers.Contains("Idempotent-Replayed")).ShouldBe(1);
        (await Fixture.ScalarAsync(Api, "select count(*) from saga_state where input like '%hundred%'")).ShouldBe(1L);
    }

    [Proves("api-request-refused")]
    [Theory]
    [InlineData("""{ "name": "nothing" }""", 404, "UNKNOWN_SAGA", "/name")]
    [InlineData("""{ "name": "order", "version": 9 }""", 404, "UNKNOWN_SAGA_VERSION", "/version")]
    [InlineData("""{ "name": "order", "input": [] }""", 422, "INVALID_INPUT", "/input")]
    [InlineData("""{ "name": "order", "input": { "x": 1e999999 } }""", 422, "INVALID_INPUT", "/input")]
    [InlineData("""{ "name": "order" """, 400, "INVALID_BODY", "")]
    [InlineData("", 400, "INVALID_BODY", "")]
    [InlineData("null", 400, "INVALID_BODY", "")]
    [InlineData("[]", 400, "INVALID_BODY", "")]
    [InlineData("{}", 400, "INVALID_BODY", "/name")]
    [InlineData("""{ "name": null }""", 400, "INVALID_BODY", "/name")]
    [InlineData("""{ "name": 1 }""", 400, "INVALID_BODY", "/name")]
    [InlineData("""{ "name": "order", "version": "1" }""", 400, "INVALID_BODY", "/version")]
    [InlineData("""{ "name": "order", "version": 1.5 }""", 400, "INVALID_BODY", "/version")]
    [InlineData("""{ "name": "order", "id": "x" }""", 400, "INVALID_BODY", "/id")]
    [InlineData("""{ "name": "order", "inptu": {} }""", 400, "INVALID_BODY", "/inptu")]
    [InlineData("""{ "name": "order", "a/b~c": {} }""", 400, "INVALID_BODY", "/a~1b~0c")]
    public async Task Start_BadBody_IsAProblemThatSaysWhere(string body, int status, string code, string place)
    {
        var reply = await Api.PostAsync(Sagas, body, Ct);

        reply.ShouldBeProblem(status, code)["pointer"].ShouldBe(place);
    }

    [Fact]
    public async Task Start_BodyNestedTooDeep_IsAProblem()
    {
        var deep = $$"""{ "name": "order", "input": { "x": {{new string('[', 70)}}{{new string(']', 70)}} } }""";

        (await Api.PostAsync(Sagas, deep, Ct)).ShouldBeProblem(400, "INVALID_BODY");
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    public async Task Start_BadKey_IsAProblemThatNamesTheHeader(string key) =>
        (await Api.PostAsync(Sagas, """{ "name": "order" }""", Ct, key))
            .ShouldBeProblem(400, "INVALID_IDEMPOTENCY_KEY")["parameter"].ShouldBe("Idempotency-Key");

    [Proves("api-request-refused")]
    [Fact]
    public async Task Start_LargeInputOrHugeBody_IsTooLarge()
    {
        var large = $$"""{ "name": "order", "input": { "x": "{{new string('x', 300_000)}}" } }""";
        var huge = $$"""{ "name": "order", "input": { "x": "{{new string('x', 1_100_000)}}" } }""";

        (await Api.PostAsync(Sagas, large, Ct)).ShouldBeProblem(413, "INPUT_TOO_LARGE")["pointer"].ShouldBe("/input");
        (await Api.PostAsync(Sagas, huge, Ct)).ShouldBeProblem(413, "REQUEST_TOO_LARGE");
    }

    [Fact]
    public async Task Start_ContentThatIsNotJson_IsRefused()
    {
        var form = new StringContent("name=order", MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded"));

        (await Api.PostAsync(Sagas, form, Ct)).ShouldBeProblem(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Proves("api-request-refused")]
    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, "NOT_FOUND")]
    [InlineData("DELETE", "/api/v1/sagas", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", "/api/v1/sagas/4711", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/sagas/019aa000-0000-7000-8000-000000000000", 404, "SAGA_NOT_FOUND")]
    [InlineData("GET", "/api/v1/sagas/019aa000-0000-7000-8000-000000000000/history", 404, "SAGA_NOT_FOUND")]
    [InlineData("GET", "/api/v1/sagas?state=Sleeping", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/sagas?staet=Running", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/sagas?name=a&name=b", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/sagas?version=0", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/sagas?from=yesterday", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/sagas?sort=best", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/sagas?limit=201", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/sagas?cursor=4711", 400, "INVALID_CURSOR")]
    [InlineData("GET", "/api/v1/definitions/order/2", 404, "DEFINITION_NOT_FOUND")]
    [InlineData("GET", "/api/v1/definitions/order/x", 400, "INVALID_PARAMETER")]
    [InlineData("GET", "/api/v1/outbox/parked/4711", 404, "MESSAGE_NOT_FOUND")]
    [InlineData("GET", "/api/v1/outbox/parked?cursor=x", 400, "INVALID_PARAMETER")]
    public async Task Request_ThatIsWrong_IsAProblemWithItsCode(string method, string path, int status, string code)
    {
        var reply = await Api.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Ct);

        reply.ShouldBeProblem(status, code);
    }

    [Proves("api-request-refused")]
    [Fact]
    public async Task Commands_OnTheWayOfASaga_AreDoneAndRecorded()
    {
        fixture.Fails = "ship";
        var id = await Api.StartSagaAsync("""{ "name": "order" }""", Ct);
        await Api.Worker.UntilStateAsync(id, "Suspended", Ct);

        (await CommandAsync(id, "cancel")).ShouldBeProblem(409, "INVALID_STATE")["sagaId"].ShouldBe(id.ToString());
        (await CommandAsync(id, "skip", ", \"step\": \"charge\"")).ShouldBeProblem(409, "INVALID_STATE");
        (await CommandAsync(id, "retry"))["state"].ShouldBe("Running");
        await Api.Worker.UntilStateAsync(id, "Suspended", Ct);
        (await CommandAsync(id, "skip", ", \"step\": \"ship\""))["state"].ShouldBe("Completed");
        (await CommandAsync(id, "abort")).ShouldBeProblem(409, "INVALID_STATE");

        var history = (await Api.GetAsync($"{Sagas}/{id}/history", Ct)).Json.GetProperty("items").EnumerateArray()
            .Where(x => x.TryGetProperty("detail", out var detail) && detail.TryGetProperty("operator", out _))
            .Select(x => $"{x.GetProperty("event")} {x.GetProperty("detail").GetProperty("operator")}: {x.GetProperty("detail").GetProperty("reason")}");
        history.ShouldBe(["SagaRetried ann (127.0.0.1): the road is free", "StepSkipped ann (127.0.0.1): the road is free"]);
    }

    [Fact]
    public async Task Cancel_RunningSaga_UndoesItAndAbortEndsWhatIsStuck()
    {
        fixture.Fails = "ship";
        var stuck = await Api.StartSagaAsync("""{ "name": "order" }""", Ct);
        await Api.Worker.UntilStateAsync(stuck, "Suspended", Ct);
        (await CommandAsync(stuck, "abort"))["state"].ShouldBe("Aborted");

        fixture.Silent = true;
        var id = await Api.StartSagaAsync("""{ "name": "order" }""", Ct);
        (await CommandAsync(id, "cancel"))["state"].ShouldBe("Compensating");
        fixture.Silent = false;
    }

    [Theory]
    [InlineData("""{ }""", "INVALID_BODY")]
    [InlineData("""{ "reason": " " }""", "MISSING_REASON")]
    [InlineData("""{ "reason": "x", "who": "me" }""", "INVALID_BODY")]
    public async Task Command_WithoutAProperReason_IsRefused(string body, string code) =>
        (await Api.PostAsync($"{Sagas}/{Guid.NewGuid()}/retry", body, Ct)).ShouldBeProblem(400, code)["pointer"].ShouldNotBeNull();

    [Fact]
    public async Task Command_ForNoSaga_IsNotFound() =>
        (await CommandAsync(Guid.NewGuid(), "retry")).ShouldBeProblem(404, "SAGA_NOT_FOUND");

    [Fact]
    public async Task List_OfOneSaga_HasItsSummary()
    {
        fixture.Fails = "ship";
        var id = await Api.StartSagaAsync("""{ "name": "order" }""", Ct);
        await Api.Worker.UntilStateAsync(id, "Suspended", Ct);

        var list = await Api.GetAsync($"{Sagas}?state=suspended,Running&name=order&text={id}&sort=attention", Ct);

        var saga = list.Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        saga.GetProperty("id").GetGuid().ShouldBe(id);
        saga.GetProperty("currentStep").GetString().ShouldBe("ship");
        saga.GetProperty("failure").GetProperty("code").GetString().ShouldBe("BROKEN");
        saga.GetProperty("progress").GetProperty("done").GetInt32().ShouldBe(2);
        saga.TryGetProperty("input", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Counts_AfterAStart_CountIt()
    {
        var id = await Api.StartSagaAsync("""{ "name": "order" }""", Ct);
        id.ShouldNotBe(Guid.Empty);

        var counts = (await Api.GetAsync("/api/v1/counts", Ct)).Json;

        counts.GetProperty("total").GetInt64().ShouldBeGreaterThan(0);
        counts.GetProperty("byState").EnumerateObject().Sum(x => x.Value.GetInt64()).ShouldBe(counts.GetProperty("total").GetInt64());
        counts.GetProperty("byName").GetProperty("order").EnumerateObject().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Definitions_OneLoaded_IsListedAndShown()
    {
        var list = (await Api.GetAsync("/api/v1/definitions", Ct)).Json.EnumerateArray().ShouldHaveSingleItem();
        var definition = (await Api.GetAsync("/api/v1/definitions/order/1", Ct)).Json;

        list.GetProperty("isLoaded").GetBoolean().ShouldBeTrue();
        list.GetProperty("steps").EnumerateArray().Select(x => x.GetString()).ShouldBe(["reserve", "charge", "ship"]);
        definition.GetProperty("definition").GetProperty("steps")[0].GetProperty("timeout").GetString().ShouldBe("1h");
    }

    [Fact]
    public async Task Outbox_ParkedMessage_IsShownRetriedAndDiscarded()
    {
        await Fixture.ParkAsync(Api, 1_000_001);
        await Fixture.ParkAsync(Api, 1_000_002);

        var list = (await Api.GetAsync("/api/v1/outbox/parked?limit=1&cursor=1000000", Ct)).Json;
        list.GetProperty("items")[0].GetProperty("lastError").GetString().ShouldBe("No such queue");
        list.GetProperty("next").GetString().ShouldBe("1000001");
        (await Api.GetAsync("/api/v1/outbox/parked/1000001", Ct))["body"].ShouldBe("{}");

        (await Api.PostAsync("/api/v1/outbox/parked/1000001/discard", """{ "reason": "not needed" }""", Ct)).Status.ShouldBe(204);
        (await Api.PostAsync("/api/v1/outbox/parked/1000002/retry", """{ "reason": "queue is there" }""", Ct)).Status.ShouldBe(204);

        (await Api.PostAsync("/api/v1/outbox/parked/1000001/retry", """{ "reason": "again" }""", Ct)).ShouldBeProblem(404, "MESSAGE_NOT_FOUND");
        (await Fixture.ScalarAsync(Api, "select count(*) from outbox_message where parked_at is not null")).ShouldBe(0L);
        Api.Worker.Log.ShouldContain(x => x.Contains("Parked message 1000001 was discarded by anonymous (127.0.0.1): not needed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Circuits_DestinationNobodyCalled_IsNotFound()
    {
        (await Api.GetAsync("/api/v1/circuits", Ct)).Text.ShouldBe("[]");
        (await Api.PostAsync("/api/v1/circuits/pay.example:443/reset", """{ "reason": "mended" }""", Ct))
            .ShouldBeProblem(404, "CIRCUIT_NOT_FOUND");
    }

    /// <summary>Other people's clients are made from it.</summary>
    [Fact]
    public async Task OpenApi_Document_IsTheApprovedOne() =>
        Approval.Matches((await Api.GetAsync("/openapi/v1.json", Ct)).Text, "openapi");

    private async Task<ApiRun.Reply> CommandAsync(Guid id, string command, string more = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Sagas}/{id}/{command}")
        {
            Content = new StringContent($$"""{ "reason": "the road is free"{{more}} }""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Sagas-Operator", "ann");
        return await Api.SendAsync(request, Ct);
    }

    /// <summary>One worker for all of them.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        /// <summary>The step that fails for good.</summary>
        public string? Fails { get; set; }

        /// <summary>Whether nobody answers.</summary>
        public bool Silent { get; set; }

        internal ApiRun Run { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Run = await ApiRun.StartAsync(
            Definition,
            CancellationToken.None,
            Answer,
            new Dictionary<string, string?>
            {
                // How long things take is not what these tests are about.
                ["Sagas:Api:RequestTimeout"] = "2m",
                ["Sagas:Api:HandlerTimeout"] = "2m",
            });

        public ValueTask DisposeAsync() => Run.DisposeAsync();

        internal static Task<object?> ScalarAsync(ApiRun run, string sql) => run.Worker.ScalarAsync(sql);

        internal static Task ParkAsync(ApiRun run, long number, string body = "{}") => run.Worker.RowsAsync(
            $"""
            insert into outbox_message
                (sequence_number, message_id, destination_address, content_type, message_type, body, sent_time, enqueued_at,
                 attempts, next_try_at, parked_at, last_error)
            values ({number}, '{Guid.NewGuid()}', 'exchange:nowhere', 'application/json', 'urn:message:X', '{body}',
                '2026-01-01', '2026-01-01', 20, '2999-01-01', '2026-01-02', 'No such queue')
            """);

        private object? Answer(IStepCommand command) =>
            Silent ? null
            : command is ExecuteStep && command.Step == Fails ? EmbeddedWorker.Fail(command, "BROKEN")
            : EmbeddedWorker.Succeed(command);
    }

    [Theory]
    [InlineData("/api/v1/sagas?name=%00")]
    [InlineData("/api/v1/sagas?text=a%00b")]
    [InlineData("/api/v1/sagas?name=%1B%5B31m")]
    public async Task List_ControlCharacterInTheQuery_IsRefused(string path)
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, TestContext.Current.CancellationToken);

        (await run.GetAsync(path, TestContext.Current.CancellationToken)).ShouldBeProblem(400, "INVALID_PARAMETER");
    }

    [Proves("api-input-too-deep")]
    [Theory]
    [InlineData(47, 201)]
    [InlineData(48, 422)]
    [InlineData(60, 422)]
    public async Task Start_DeepInput_IsCarriedOutOrRefusedAtOnce(int levels, int status)
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, TestContext.Current.CancellationToken);
        var input = $"{string.Concat(Enumerable.Repeat("{\"a\":", levels - 1))}{{}}{new string('}', levels - 1)}";

        var reply = await run.PostAsync(
            "/api/v1/sagas", $$"""{ "name": "order", "input": {{input}} }""", TestContext.Current.CancellationToken);

        reply.Status.ShouldBe(status, reply.Text);
    }

    [Fact]
    public async Task Start_PropertyNameThatIsNoText_IsRefused()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, TestContext.Current.CancellationToken);
        byte[][] bodies = [[.. "{\""u8, 0xFF, .. "\":1}"u8], [.. """{"\ud800":1}"""u8], [.. """{"name":"\ud800"}"""u8]];

        foreach (var body in bodies)
        {
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json");
            (await run.PostAsync("/api/v1/sagas", content, TestContext.Current.CancellationToken)).ShouldBeProblem(400, "INVALID_BODY");
        }
    }
}
