using Sagas.Contracts;
using Sagas.Dashboard.Access;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations.Access;

public sealed class SecretsTests
{
    private const string InInput = "input-4929123456789012";
    private const string InResult = "result-4929123456789012";
    private const string InHeader = "header-4929123456789012";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// Whatever is on: somebody looks for a mistake at the level Debug, and the log goes to a store that many read.
    /// </summary>
    [Fact]
    public async Task Log_OfAWholeRunAtLevelDebug_HasNoSecretAndNoPayload()
    {
        var settings = new Dictionary<string, string?>(AccessRun.Keys)
        {
            ["Logging:LogLevel:Default"] = "Debug",
            ["Logging:LogLevel:Microsoft"] = "Debug",
            ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Debug",
            ["Logging:LogLevel:MassTransit"] = "Debug",
            ["Logging:LogLevel:Sagas.Dashboard.Access.AccessHandler"] = "Debug",
            ["Sagas:Http:Secrets:pay"] = InHeader,
            ["Logging:Console:LogLevel:Default"] = "None",
        };
        await using var run = await ApiRun.StartAsync(
            AccessRun.Definition,
            Ct,
            command => command is ExecuteStep { Step: "reserve" }
                ? new StepSucceeded
                {
                    SagaId = command.SagaId,
                    Step = command.Step,
                    Direction = StepDirection.Execute,
                    Attempt = command.Attempt,
                    Result = System.Text.Json.JsonSerializer.SerializeToElement(new { card = InResult }),
                }
                : EmbeddedWorker.Succeed(command),
            settings);
        var wrong = ApiKey.Create();

        var started = await run.AskAsync(
            "POST", AccessRun.Sagas, AccessRun.Operator, Ct, $$"""{ "name": "order", "input": { "card": "{{InInput}}" } }""");
        var id = started.Json.GetProperty("id").GetGuid();
        await run.Worker.UntilStateAsync(id, "Completed", Ct);
        (await run.AskAsync("GET", $"{AccessRun.Sagas}/{id}", AccessRun.Auditor, Ct)).Text.ShouldContain(InResult);
        (await run.AskAsync("GET", AccessRun.Sagas, wrong, Ct)).Status.ShouldBe(401);
        using var browser = SignInTests.Browser(run);
        using var signedIn = await SignInTests.SignInAsync(browser, AccessRun.Reader, "/");
        using var refused = await SignInTests.SignInAsync(browser, wrong, "/");
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1];
        (await browser.GetAsync(AccessRun.Sagas, Ct)).EnsureSuccessStatusCode();

        run.Worker.Log.Count.ShouldBeGreaterThan(100);
        foreach (var secret in new[]
        {
            InInput, InResult, InHeader, cookie, wrong, AccessRun.Reader, AccessRun.Operator, AccessRun.Auditor,
            ApiKey.HashOf(AccessRun.Reader)["sha256:".Length..],
        })
        {
            run.Worker.Log.Where(x => x.Contains(secret, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(secret);
        }
    }
}
