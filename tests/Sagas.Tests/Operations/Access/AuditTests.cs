using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.Resilience;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations.Access;

/// <summary>Whatever an operator does stands in the database, with who and why.</summary>
public sealed class AuditTests
{
    private const string Reason = """{ "reason": "the queue is there now" }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("retry", "ParkedMessageRetried")]
    [InlineData("discard", "ParkedMessageDiscarded")]
    public async Task ParkedMessage_OfASaga_IsRecordedInItsHistoryAndAmongTheActions(string verb, string action)
    {
        await using var run = await ApiRun.StartAsync(
            AccessRun.Definition,
            Ct,
            command => command is ExecuteStep { Step: "charge" } ? null : EmbeddedWorker.Succeed(command),
            AccessRun.Keys);
        var started = await run.AskAsync("POST", AccessRun.Sagas, AccessRun.Operator, Ct, """{ "name": "order" }""");
        var id = started.Json.GetProperty("id").GetGuid();
        await Eventually.HoldsAsync(
            "the second step", () => Task.FromResult(run.Worker.Commands.Any(x => x.Step == "charge")), Ct);
        await ApiTests.Fixture.ParkAsync(run, 1_000_001);
        await run.Worker.RowsAsync($"update outbox_message set correlation_id = '{id}' where sequence_number = 1000001");

        var done = await run.AskAsync("POST", $"/api/v1/outbox/parked/1000001/{verb}", AccessRun.Operator, Ct, Reason);

        done.Status.ShouldBe(204, done.Text);
        var recorded = (await run.Worker.RowsAsync("select operator, action, target, lower(saga_id), reason from operator_action"))
            .ShouldHaveSingleItem();
        recorded.ShouldBe(["operator", action, "1000001: urn:message:X to exchange:nowhere", id.ToString(), "the queue is there now"]);
        var history = (await run.AskAsync("GET", $"{AccessRun.Sagas}/{id}/history", AccessRun.Reader, Ct)).Json.GetProperty("items")
            .EnumerateArray().ToList();
        history.Select(x => x.GetProperty("sequence").GetInt32()).ShouldBe(Enumerable.Range(1, history.Count));
        var entry = history[^1];
        entry.GetProperty("event").GetString().ShouldBe(action);
        entry.GetProperty("detail").GetRawText().ShouldBe(
            """{"operator":"operator","reason":"the queue is there now","message":1000001}""");

        // The saga goes on with the numbers that follow.
        (await run.AskAsync("POST", $"{AccessRun.Sagas}/{id}/cancel", AccessRun.Operator, Ct, """{ "reason": "not wanted" }"""))
            .Status.ShouldBe(200);
        (await run.Worker.ScalarAsync("select count(*) - max(sequence) from saga_history")).ShouldBe(0L);
    }

    [Fact]
    public async Task ParkedMessage_OfNoSaga_IsRecordedAmongTheActions()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: AccessRun.Keys);
        await ApiTests.Fixture.ParkAsync(run, 1_000_001);

        (await run.AskAsync("POST", "/api/v1/outbox/parked/1000001/discard", AccessRun.Operator, Ct, Reason)).Status.ShouldBe(204);
        (await run.AskAsync("POST", "/api/v1/outbox/parked/1000001/discard", AccessRun.Operator, Ct, Reason)).Status.ShouldBe(404);

        (await run.Worker.RowsAsync(
            "select operator, action, target, saga_id, reason, outcome, refusal_code from operator_action order by time")).ShouldBe(
            [
                [
                    "operator", "ParkedMessageDiscarded", "1000001: urn:message:X to exchange:nowhere", DBNull.Value,
                    "the queue is there now", "Done", DBNull.Value,
                ],
                [
                    "operator", "DiscardParkedMessage", "1000001", DBNull.Value, "the queue is there now", "Refused",
                    "MESSAGE_NOT_FOUND",
                ],
            ]);
    }

    [Fact]
    public async Task CircuitBreaker_Reset_IsRecordedAmongTheActions()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: AccessRun.Keys);
        run.Worker.Services.GetRequiredService<CircuitBreakers>().Of("pay.example:443").ShouldNotBeNull();

        (await run.AskAsync("POST", "/api/v1/circuits/pay.example:443/reset", AccessRun.Operator, Ct, Reason)).Status.ShouldBe(204);

        (await run.Worker.RowsAsync("select operator, action, target, reason from operator_action")).ShouldHaveSingleItem()
            .ShouldBe(["operator", "CircuitReset", "pay.example:443", "the queue is there now"]);
    }

    [Proves("worker-definition-withdrawn")]
    [Fact]
    public async Task Definition_WithdrawnAndRestored_IsObeyedByStartsAndRecordedOnceEach()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: AccessRun.Keys);
        const string start = """{ "name": "order" }""";
        const string path = "/api/v1/definitions/order/1";

        var withdrawn = await run.AskAsync("POST", $"{path}/withdraw", AccessRun.Operator, Ct, Reason);
        var again = await run.AskAsync("POST", $"{path}/withdraw", AccessRun.Operator, Ct, Reason);

        withdrawn.Status.ShouldBe(200, withdrawn.Text);
        withdrawn.Json.GetProperty("withdrawnAt").GetRawText().ShouldBe(again.Json.GetProperty("withdrawnAt").GetRawText());
        withdrawn.Json.TryGetProperty("defaultVersion", out _).ShouldBeFalse();
        var refused = await run.AskAsync("POST", AccessRun.Sagas, AccessRun.Operator, Ct, start);
        refused.ShouldBeProblem(404, "UNKNOWN_SAGA");
        refused.Text.ShouldContain("was withdrawn: none starts on it until it is restored. There are: none.");

        var restored = await run.AskAsync("POST", $"{path}/restore", AccessRun.Operator, Ct, Reason);

        restored.Json.GetProperty("defaultVersion").GetInt32().ShouldBe(1);
        restored.Json.TryGetProperty("withdrawnAt", out _).ShouldBeFalse();
        (await run.AskAsync("POST", AccessRun.Sagas, AccessRun.Operator, Ct, start)).Status.ShouldBe(201);
        (await run.Worker.RowsAsync("select operator, action, target, reason from operator_action order by time"))
            .ShouldBe(
            [
                ["operator", "DefinitionWithdrawn", "order v1", "the queue is there now"],
                ["operator", "DefinitionRestored", "order v1", "the queue is there now"],
            ]);
    }

    [Proves("operator-refused-command-recorded")]
    [Theory]
    [InlineData("/api/v1/definitions/order/2/withdraw", true, 404, "DEFINITION_NOT_FOUND")]
    [InlineData("/api/v1/definitions/trip/1/restore", true, 404, "DEFINITION_NOT_FOUND")]
    [InlineData("/api/v1/definitions/order/0/withdraw", true, 400, "INVALID_PARAMETER")]
    [InlineData("/api/v1/definitions/order/1/withdraw", false, 403, "FORBIDDEN")]
    [InlineData("/api/v1/circuits/pay.example:443/reset", true, 404, "CIRCUIT_NOT_FOUND")]
    [InlineData("/api/v1/circuits/pay.example:443/reset", false, 403, "FORBIDDEN")]
    [InlineData("/api/v1/sagas/0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e/retry", false, 403, "FORBIDDEN")]
    [InlineData("/api/v1/sagas/0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e/retry", true, 404, "SAGA_NOT_FOUND")]
    public async Task Command_Refused_SaysWhyAndIsRecordedUnlessItIsMalformed(
        string path, bool asOperator, int status, string code)
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: AccessRun.Keys);

        var answer = await run.AskAsync("POST", path, asOperator ? AccessRun.Operator : AccessRun.Reader, Ct, Reason);

        answer.Status.ShouldBe(status, answer.Text);
        answer.Json.GetProperty("code").GetString().ShouldBe(code);
        var rows = await run.Worker.RowsAsync(
            "select operator, target, saga_id, reason, outcome, refusal_code, refusal from operator_action");
        if (status == 400)
        {
            rows.ShouldBeEmpty();
            return;
        }

        var parts = path.Split('/');
        rows.ShouldHaveSingleItem()[..6].ShouldBe(
            [
                asOperator ? "operator" : "reader",
                path.Contains("definitions", StringComparison.Ordinal) ? $"{parts[4]} {parts[5]}" : parts[4],
                DBNull.Value,
                asOperator ? "the queue is there now" : "",
                "Refused",
                code,
            ]);
        rows[0][6].ShouldBe(answer.Json.GetProperty("detail").GetString());
    }

    [Proves("operator-refused-command-recorded")]
    [Fact]
    public async Task SagaCommand_InAnotherState_IsRecordedWithItsSagaAndOutcome()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, _ => null, AccessRun.Keys);
        var started = await run.AskAsync("POST", AccessRun.Sagas, AccessRun.Operator, Ct, """{ "name": "order" }""");
        var id = started.Json.GetProperty("id").GetGuid();

        (await run.AskAsync("POST", $"{AccessRun.Sagas}/{id}/retry", AccessRun.Operator, Ct, Reason))
            .ShouldBeProblem(409, "INVALID_STATE");
        (await run.Worker.AskAsync<SkipStep, CommandAccepted>(
            new SkipStep { SagaId = id, Step = "reserve", Operator = "operator", Reason = "by hand" }, Ct))
            .ShouldBeOfType<RequestRefused>();

        (await run.Worker.RowsAsync(
            "select operator, action, target, lower(saga_id), reason, outcome, refusal_code from operator_action order by time"))
            .ShouldBe(
            [
                ["operator", "RetrySaga", $"{id}", $"{id}", "the queue is there now", "Refused", "INVALID_STATE"],
                ["operator (unverified)", "SkipStep", $"{id} reserve", $"{id}", "by hand", "Refused", "INVALID_STATE"],
            ]);
    }

    [Proves("operator-refused-command-recorded")]
    [Fact]
    public async Task Refused_AFlood_IsRecordedForAMinuteAndLeavesRoomForOthers()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct);
        var refused = run.Worker.Services.GetRequiredService<RefusedCommands>();
        var refusal = new RequestRefused { Code = "X", Message = "no" };

        var rows = Enumerable.Range(0, 3 * RefusedCommands.PerMinute)
            .Select(i => refused.RowOf("RetrySaga", "x", $"somebody {i} (unverified)", "why", refusal)).ToList();

        rows.Count(x => x is not null).ShouldBe(RefusedCommands.PerMinute);
        refused.RowOf("RetrySaga", "x", "ann", "why", refusal).ShouldNotBeNull();
    }
}
