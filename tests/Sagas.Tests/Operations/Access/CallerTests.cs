using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.Starting;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;
using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Operations.Access;

/// <summary>Who did it: by HTTP a key says so, in a message anybody says what he likes.</summary>
public sealed class CallerTests(CallerTests.Fixture fixture) : IClassFixture<CallerTests.Fixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ApiRun Api => fixture.Run;

    [Proves("operator-name-unverified")]
    [Fact]
    public async Task Command_InAMessage_NamesItsOperatorUnverifiedWhereverItIsTold()
    {
        var saga = await Api.Worker.StartSagaAsync("order", Ct);

        await CancelAsync(saga, "operator");

        var entry = (await Api.AskAsync("GET", $"{AccessRun.Sagas}/{saga}/history", AccessRun.Reader, Ct)).Json.GetProperty("items")
            .EnumerateArray().Single(x => x.GetProperty("event").GetString() == "SagaCancelled");
        entry.GetProperty("detail").GetProperty("operator").GetString().ShouldBe("operator (unverified)");
        var told = (await Api.AskAsync("GET", $"{AccessRun.Sagas}/{saga}", AccessRun.Reader, Ct)).Json;
        told.GetProperty("failure").GetProperty("message").GetString().ShouldBe("Cancelled by operator (unverified): why not");
        told.TryGetProperty("startedBy", out _).ShouldBeFalse();
        (await Api.AskAsync("GET", $"/sagas/{saga}", AccessRun.Reader, Ct)).Text.ShouldContain("operator (unverified)");
    }

    [Fact]
    public async Task Command_WithANameOfGreatLength_KeepsTheMark()
    {
        var saga = await Api.Worker.StartSagaAsync("order", Ct);

        await CancelAsync(saga, new string('o', 500));

        var who = (await Api.Worker.ScalarAsync(
            $"select detail ->> 'operator' from saga_history where saga_id = '{saga}' and event = 'SagaCancelled'"))
            .ShouldBeOfType<string>();
        who.Length.ShouldBe(200);
        who.ShouldEndWith("o (unverified)");
    }

    [Proves("api-starter-recorded")]
    [Fact]
    public async Task Start_OverHttp_IsRecordedAndShownWithWhoDidIt()
    {
        var started = await Api.AskAsync("POST", AccessRun.Sagas, AccessRun.Operator, Ct, """{ "name": "order" }""");
        started.Status.ShouldBe(201, started.Text);
        var id = started.Json.GetProperty("id").GetGuid();

        (await Api.AskAsync("GET", $"{AccessRun.Sagas}/{id}", AccessRun.Reader, Ct))["startedBy"].ShouldBe("operator");
        (await Api.AskAsync("GET", AccessRun.Sagas, AccessRun.Reader, Ct)).Json.GetProperty("items").EnumerateArray()
            .Single(x => x.GetProperty("id").GetGuid() == id).GetProperty("startedBy").GetString().ShouldBe("operator");
        (await Api.AskAsync("GET", $"/sagas/{id}", AccessRun.Reader, Ct)).Text.ShouldContain("by operator");
        (await Api.Worker.ScalarAsync($"select started_by from saga_overview where id = '{id}'")).ShouldBe("operator");
    }

    /// <summary>What could be written by somebody who has seen how the API's messages look.</summary>
    [Proves("operator-name-unverified")]
    [Theory]
    [InlineData("1 {0} AAAA operator")]
    [InlineData("1 {0} operator")]
    [InlineData("2 {0} AAAA operator")]
    [InlineData("1 99999999999999999999 AAAA operator")]
    [InlineData("1 -1 AAAA operator")]
    [InlineData("")]
    public async Task Header_ThatIsForged_VerifiesNothing(string form)
    {
        var header = form.Replace("{0}", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}", StringComparison.Ordinal);
        var saga = Guid.NewGuid();
        await Api.Worker.SendAsync(
            new StartSaga { SagaName = "order", SagaId = saga }, Ct, x => x.Headers.Set(CallerSignatures.Header, header));
        await Api.Worker.UntilStateAsync(saga, "Running", Ct);

        await CancelAsync(saga, "operator", x => x.Headers.Set(CallerSignatures.Header, header));

        (await Api.Worker.ScalarAsync($"select started_by from saga_state where id = '{saga}'")).ShouldBe(DBNull.Value);
        (await OperatorOfAsync(saga)).ShouldBe("operator (unverified)");
    }

    [Proves("operator-name-unverified")]
    [Theory]
    [InlineData("itself", "operator")]
    [InlineData("another message id", "operator (unverified)")]
    [InlineData("another command", "operator (unverified)")]
    [InlineData("another caller", "operator (unverified)")]
    [InlineData("long ago", "operator (unverified)")]
    public async Task Signature_OfAnotherMessageOrTime_VerifiesNothing(string of, string recorded)
    {
        var saga = await Api.Worker.StartSagaAsync("order", Ct);
        var services = Api.Worker.Services;
        var options = services.GetRequiredService<IOptions<StartOptions>>();
        var clock = new FakeClock();
        clock.AdvanceTo(DateTime.UtcNow - (of == "long ago" ? options.Value.IdempotencyKeyLifetime * 2 : TimeSpan.Zero));
        var api = new CallerSignatures(services.GetRequiredService<Database<SagaStoreDbContext>>(), options, clock);
        var id = Guid.NewGuid();
        var command = Cancel(of == "another command" ? Guid.NewGuid() : saga, "operator");

        var signature = await api.SignAsync(
            command, of == "another message id" ? Guid.NewGuid() : id, of == "another caller" ? "ann" : "operator", Ct);
        await CancelAsync(saga, "operator", x =>
        {
            x.MessageId = id;
            x.Headers.Set(CallerSignatures.Header, signature);
        });

        (await OperatorOfAsync(saga)).ShouldBe(recorded);
    }

    private static CancelSaga Cancel(Guid saga, string who) => new() { SagaId = saga, Operator = who, Reason = "why not" };

    private async Task CancelAsync(Guid saga, string who, Action<SendContext<CancelSaga>>? configure = null)
    {
        await Api.Worker.SendAsync(Cancel(saga, who), Ct, configure);
        await Eventually.HoldsAsync("the command", async () => await OperatorOfAsync(saga) is string, Ct);
    }

    private Task<object?> OperatorOfAsync(Guid saga) => Api.Worker.ScalarAsync(
        $"select detail ->> 'operator' from saga_history where saga_id = '{saga}' and event = 'SagaCancelled'");

    /// <summary>One worker, which demands keys and whose participants are silent.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal ApiRun Run { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Run = await ApiRun.StartAsync(
            AccessRun.Definition, CancellationToken.None, _ => null, AccessRun.Keys);

        public ValueTask DisposeAsync() => Run.DisposeAsync();
    }
}
