using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Orchestration;
using Sagas.Worker.Resilience;

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

        (await run.Worker.RowsAsync("select operator, saga_id from operator_action")).ShouldHaveSingleItem()
            .ShouldBe(["operator", DBNull.Value]);
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
}
