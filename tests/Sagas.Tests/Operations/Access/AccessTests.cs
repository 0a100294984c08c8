using Sagas.Contracts;
using Sagas.Dashboard.Access;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations.Access;

/// <summary>Who may do what with a key.</summary>
public sealed class AccessTests(AccessTests.Fixture fixture) : IClassFixture<AccessTests.Fixture>
{
    private const string Body = """{ "name": "order" }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ApiRun Api => fixture.Run;

    [Theory]
    [InlineData("GET", AccessRun.Sagas)]
    [InlineData("POST", AccessRun.Sagas)]
    [InlineData("GET", "/api/v1/feed")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/metrics")]
    public async Task Request_WithoutAKey_IsNotAuthenticated(string method, string path)
    {
        var reply = await Api.AskAsync(method, path, key: null, Ct, method == "POST" ? Body : null);

        reply.ShouldBeProblem(401, "UNAUTHENTICATED").Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("Bearer password")]
    [InlineData("Bearer sagas_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic YW5uOnNlY3JldA==")]
    [InlineData("sagas_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Request_WithAnythingElse_IsNotAuthenticated(string header) =>
        (await Api.AskAsync("GET", AccessRun.Sagas, key: null, Ct, null, $"Authorization: {header}"))
            .ShouldBeProblem(401, "UNAUTHENTICATED");

    [Fact]
    public async Task Request_WithTwoKeys_IsNotAuthenticated() =>
        (await Api.AskAsync("GET", AccessRun.Sagas, AccessRun.Reader, Ct, null, $"Authorization: Bearer {AccessRun.Operator}"))
            .ShouldBeProblem(401, "UNAUTHENTICATED");

    [Fact]
    public async Task Reader_MayReadAndNothingElse()
    {
        var key = AccessRun.Reader;

        (await Api.AskAsync("GET", AccessRun.Sagas, key, Ct)).Status.ShouldBe(200);
        (await Api.AskAsync("GET", "/metrics", key, Ct)).Status.ShouldBe(200);
        (await Api.AskAsync("GET", "/openapi/v1.json", key, Ct)).Status.ShouldBe(200);
        (await Api.AskAsync("POST", AccessRun.Sagas, key, Ct, Body)).ShouldBeProblem(403, "FORBIDDEN")["detail"]
            .ShouldBe("'reader' may not do this: it takes the role 'operate'.");
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("skip")]
    [InlineData("cancel")]
    [InlineData("abort")]
    public async Task Reader_MaySteerNothing(string verb)
    {
        foreach (var key in new[] { AccessRun.Reader, AccessRun.Auditor })
        {
            (await Api.AskAsync("POST", $"{AccessRun.Sagas}/{Guid.NewGuid()}/{verb}", key, Ct, """{ "reason": "x" }"""))
                .ShouldBeProblem(403, "FORBIDDEN");
        }
    }

    [Theory]
    [InlineData("/api/v1/outbox/parked/1/retry")]
    [InlineData("/api/v1/outbox/parked/1/discard")]
    [InlineData("/api/v1/circuits/pay.example:443/reset")]
    public async Task Reader_MaySteerNothingElse(string path) =>
        (await Api.AskAsync("POST", path, AccessRun.Reader, Ct, """{ "reason": "x" }""")).ShouldBeProblem(403, "FORBIDDEN");

    [Fact]
    public async Task Operator_MayReadAndSteer_AndItsNameStandsInTheHistory()
    {
        var started = await Api.AskAsync("POST", AccessRun.Sagas, AccessRun.Operator, Ct, Body);
        started.Status.ShouldBe(201, started.Text);

        var path = $"{AccessRun.Sagas}/{started["id"]}";
        var cancelled = await Api.AskAsync(
            "POST", $"{path}/cancel", AccessRun.Operator, Ct, """{ "reason": "not wanted" }""", "Sagas-Operator: somebody else");

        cancelled.Status.ShouldBe(200, cancelled.Text);
        (await Api.AskAsync("GET", $"{path}/history", AccessRun.Operator, Ct)).Json.GetProperty("items").EnumerateArray()
            .Select(x => x.TryGetProperty("detail", out var detail) && detail.TryGetProperty("operator", out var who) ? who.GetString() : null)
            .OfType<string>()
            .ShouldBe(["operator"]);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_WithoutAKey_IsAnswered(string path) =>
        (await Api.AskAsync("GET", path, key: null, Ct)).Status.ShouldBe(200);

    [Fact]
    public async Task WrongKeys_AreCountedAndLoggedWithoutThem()
    {
        using var metrics = new MetricReader(
            (System.Diagnostics.Metrics.IMeterFactory)Api.Worker.Services.GetService(typeof(System.Diagnostics.Metrics.IMeterFactory))!);
        var key = ApiKey.Create();

        await Api.AskAsync("GET", "/api/v1/counts", key, Ct);

        metrics.Read("sagas.api.authentication.failures", ("error.type", "unknown_key")).ShouldBe(1);
        Api.Worker.Log.ShouldContain(x =>
            x.Contains("GET /api/v1/counts from 127.0.0.1 was not authenticated: unknown_key", StringComparison.Ordinal));
        Api.Worker.Log.ShouldNotContain(x => x.Contains(key, StringComparison.Ordinal));
    }

    [Proves("access-keys-tried")]
    [Fact]
    public async Task WrongKeys_TooMany_AreSlowedDownAndTheRightOneIsNot()
    {
        await using var run = await ApiRun.StartAsync(
            AccessRun.Definition, Ct, settings: new Dictionary<string, string?>(AccessRun.Keys) { ["Sagas:Api:FailuresPerMinute"] = "3" });
        for (var i = 0; i < 3; i++)
        {
            (await run.AskAsync("GET", AccessRun.Sagas, ApiKey.Create(), Ct)).ShouldBeProblem(401, "UNAUTHENTICATED");
        }

        var reply = (await run.AskAsync("GET", AccessRun.Sagas, ApiKey.Create(), Ct)).ShouldBeProblem(429, "TOO_MANY_FAILURES");

        reply.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        (await run.AskAsync("GET", AccessRun.Sagas, AccessRun.Reader, Ct)).Status.ShouldBe(200);
        run.Worker.Log.Count(x => x.Contains("was not authenticated", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Metrics_MadeAnonymous_NeedNoKey()
    {
        await using var run = await ApiRun.StartAsync(
            AccessRun.Definition, Ct, settings: new Dictionary<string, string?>(AccessRun.Keys) { ["Sagas:Api:AnonymousMetrics"] = "true" });

        (await run.AskAsync("GET", "/metrics", key: null, Ct)).Status.ShouldBe(200);
        (await run.AskAsync("GET", AccessRun.Sagas, key: null, Ct)).ShouldBeProblem(401, "UNAUTHENTICATED");
    }

    /// <summary>One worker for most of them.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal ApiRun Run { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Run = await ApiRun.StartAsync(
            AccessRun.Definition,
            CancellationToken.None,
            command => command is ExecuteStep { Step: "charge" } ? null : EmbeddedWorker.Succeed(command),
            new Dictionary<string, string?>(AccessRun.Keys) { ["Sagas:Api:FailuresPerMinute"] = "1000" });

        public ValueTask DisposeAsync() => Run.DisposeAsync();
    }
}
