using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Sagas.IntegrationTests.Containers;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>What a client and participants see that know nothing but AMQP and JSON.</summary>
public sealed class PlainJsonTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    private readonly SagasStack _stack = fixture.Stack;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_FromPlainClient_IsAnsweredAndItsEventsAreReadByAnother()
    {
        await using var listener = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);
        await listener.SubscribeAsync("saga.event", Ct);
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);

        await client.StartSagaAsync("order", SagaMix.Input(0), "plain-1", Ct);

        var accepted = await AnswerAsync(client, "SagaAccepted");
        var sagaId = accepted.GetProperty("sagaId").GetGuid();
        string[] expected =
            ["SagaStarted", "SagaStepCompleted", "SagaStepCompleted", "SagaStepCompleted", "SagaCompleted"];
        await Poll.UntilAsync("the saga's events", _ => Task.FromResult(Events().Count >= expected.Length), ct: Ct);
        var events = Events();
        events.Select(TypeName).ShouldBe(expected);
        events.Select(x => Message(x).GetProperty("sequence").GetInt32()).ShouldBe([1, 2, 3, 4, 5]);

        // In milliseconds, less what it took from the commit on.
        listener.Received.ShouldAllBe(x => int.Parse(x.Expiration!) > 86_000_000 && int.Parse(x.Expiration!) <= 86_400_000);

        List<JsonElement> Events() => [.. listener.Received
            .Select(x => x.Body)
            .Where(x => Message(x).GetProperty("sagaId").GetGuid() == sagaId)];
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("application/vnd.api+json; charset=utf-8")]
    public async Task Start_WithNoContentTypeOrAnyOther_IsTakenAsPlainJson(string? contentType)
    {
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);

        await client.SendAsync(
            "StartSaga",
            $$"""{"sagaName":"order","input":{"orderId":"1","amount":1},"idempotencyKey":"typeless-{{contentType?.Length}}"}""",
            Ct,
            contentType);
        await client.SendAsync("StartSaga", """{"sagaName":"ordr","input":{},"idempotencyKey":"k"}""", Ct, contentType);

        await AnswerAsync(client, "SagaAccepted");
        (await AnswerAsync(client, "RequestRefused")).GetProperty("code").GetString().ShouldBe("UNKNOWN_SAGA");
    }

    [Fact]
    public async Task Run_PythonAndJavaScriptParticipants_CarryOutAndUndoTheirSteps()
    {
        await using var python = _stack.Python();
        await using var javaScript = _stack.JavaScript();
        await Task.WhenAll(python.StartAsync(Ct), javaScript.StartAsync(Ct));
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);

        await client.StartSagaAsync("order-polyglot", SagaMix.Input(0), "polyglot-1", Ct);
        await client.StartSagaAsync(
            "order-polyglot",
            new JsonObject { ["orderId"] = "p-2", ["amount"] = 1, ["faults"] = new JsonObject { ["book-shipment"] = "fail" } },
            "polyglot-2",
            Ct);

        await Poll.UntilAsync("both sagas to end", async ct => await StatesAsync(ct) == "Compensated,Completed", ct: Ct);
    }

    [Proves("message-request-refused")]
    [Theory]
    [InlineData("StartSaga", """{"sagaName":"ordr","input":{},"idempotencyKey":"k"}""", "UNKNOWN_SAGA", "ordr")]
    [InlineData("StartSaga", """{"sagaName":"order","version":9,"input":{},"idempotencyKey":"k"}""", "UNKNOWN_SAGA_VERSION", "9")]
    [InlineData("StartSaga", """{"sagaName":"order","input":{},"idempotencyKey":"a b"}""", "INVALID_IDEMPOTENCY_KEY", "a b")]
    [InlineData("StartSaga", """{"sagaName":"order","input":[],"idempotencyKey":"k"}""", "INVALID_INPUT", "Array")]
    [InlineData("StartSaga", """{"sagaName":"order","input":{}}""", "MISSING_IDENTITY", "idempotencyKey")]
    [InlineData("StartSaga", """{"input":{},"idempotencyKey":"k"}""", "MALFORMED_MESSAGE", "sagaName")]
    [InlineData("StartSaga", """{"sagaName":7,"input":{},"idempotencyKey":"k"}""", "MALFORMED_MESSAGE", "sagaName")]
    [InlineData("StartSaga", """{"sagaName":"order",""", "MALFORMED_MESSAGE", "not JSON")]
    [InlineData("StartSaga", "[1]", "MALFORMED_MESSAGE", "Array")]
    [InlineData("StopSaga", "{}", "UNKNOWN_MESSAGE_TYPE", "StopSaga")]
    [InlineData(null, "{}", "UNKNOWN_MESSAGE_TYPE", "type")]
    [InlineData(
        "RetrySaga", """{"sagaId":"7a3f0d5e-0000-4000-8000-000000000001","operator":"ann","reason":"r"}""", "SAGA_NOT_FOUND", "7a3f0d5e")]
    public async Task Send_BadRequest_IsRefusedWithTheReason(string? type, string body, string code, string hint)
    {
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);

        await client.SendAsync(type, body, Ct);

        var refused = await AnswerAsync(client, "RequestRefused");
        refused.GetProperty("code").GetString().ShouldBe(code);
        refused.GetProperty("message").GetString()!.ShouldContain(hint);
    }

    [Proves("message-request-refused")]
    [Fact]
    public async Task Send_InputOverTheLimit_IsRefused()
    {
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);

        await client.StartSagaAsync("order", new JsonObject { ["text"] = new string('x', 300_000) }, "big", Ct);

        var refused = await AnswerAsync(client, "RequestRefused");
        refused.GetProperty("code").GetString().ShouldBe("INPUT_TOO_LARGE");
    }

    [Fact]
    public async Task Start_SameKey_StartsOneSagaAndRefusesAnotherRequest()
    {
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.StartSagaAsync("order", SagaMix.Input(1), "once", Ct)));
        await Poll.UntilAsync("30 answers", _ => Task.FromResult(client.Received.Count == 30), ct: Ct);
        await client.StartSagaAsync("order", SagaMix.Input(2), "once", Ct);
        var refused = await AnswerAsync(client, "RequestRefused");

        refused.GetProperty("code").GetString().ShouldBe("IDEMPOTENCY_CONFLICT");
        var accepted = client.Received.Where(x => x.Type == "SagaAccepted").Select(x => x.Body).ToList();
        accepted.Count.ShouldBe(30);
        accepted.Select(x => x.GetProperty("sagaId").GetGuid()).Distinct().ShouldHaveSingleItem();
        accepted.Count(x => !x.GetProperty("alreadyStarted").GetBoolean()).ShouldBe(1);
    }

    /// <summary>To declare such a name would close the channel on which the worker receives.</summary>
    [Theory]
    [InlineData("queue:sagas")]
    [InlineData("exchange:amq.topic")]
    [InlineData("rabbitmq://localhost/stock?durable=false")]
    public async Task Start_AnswerAddressThatClashesWithWhatIsAtTheBroker_RunsTheSagaAsAnyOther(string address)
    {
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);
        var sagaId = Guid.NewGuid();
        var envelope = new JsonObject
        {
            ["messageId"] = sagaId.ToString(),
            ["messageType"] = new JsonArray("urn:message:Sagas.Contracts:StartSaga"),
            ["responseAddress"] = address,
            ["message"] = new JsonObject { ["sagaName"] = "order", ["sagaId"] = sagaId.ToString(), ["input"] = SagaMix.Input(0) },
        };

        await client.SendAsync(null, envelope.ToJsonString(), Ct, "application/vnd.masstransit+json");

        await Poll.UntilAsync(
            "the saga to complete",
            async ct => await _stack.ScalarAsync(
                $"select count(*) from sagas.saga_state where id = '{sagaId}' and state = 'Completed'", ct) == 1,
            ct: Ct);
    }

    [Fact]
    public async Task Send_EnvelopeThatCannotBeRead_IsRefusedToTheRequestThatWaits()
    {
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);
        var requestId = Guid.NewGuid().ToString();
        var envelope = new JsonObject
        {
            ["requestId"] = requestId,
            ["conversationId"] = "none",
            ["messageType"] = new JsonArray("urn:message:Sagas.Contracts:StartSaga"),
            ["message"] = new JsonObject { ["sagaName"] = "order" },
        };

        await client.SendAsync(null, envelope.ToJsonString(), Ct, "application/vnd.masstransit+json");

        await Poll.UntilAsync("an answer", _ => Task.FromResult(client.Received.Count == 1), ct: Ct);
        var answer = client.Received.Single().Body;
        answer.GetProperty("requestId").GetString().ShouldBe(requestId);
        Message(answer).GetProperty("code").GetString().ShouldBe("MALFORMED_MESSAGE");
        Message(answer).GetProperty("message").GetString()!.ShouldContain("conversationId");
    }

    private static async Task<JsonElement> AnswerAsync(PlainClient client, string type)
    {
        await Poll.UntilAsync($"a {type}", _ => Task.FromResult(client.Received.Any(x => x.Type == type)), ct: Ct);
        return client.Received.First(x => x.Type == type).Body;
    }

    private async Task<string> StatesAsync(CancellationToken ct)
    {
        await using NpgsqlCommand command = _stack.Sagas.CreateCommand(
            "select string_agg(state, ',' order by state) from sagas.saga_state where name = 'order-polyglot'");
        return await command.ExecuteScalarAsync(ct) as string ?? "";
    }

    private static JsonElement Message(JsonElement envelope) => envelope.GetProperty("message");

    private static string TypeName(JsonElement envelope) =>
        envelope.GetProperty("messageType")[0].GetString()!.Split(':')[^1];
}
