using Sagas.Tests.Operations.Api;
using Sagas.Tests.Operations.CommandLine;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations.Access;

/// <summary>What sagas carry is shown to who has the right to see it, and in no log.</summary>
public sealed class PayloadTests
{
    private const string Secret = "4929-1234-5678-9012";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("access-payload-without-right")]
    [Fact]
    public async Task Payloads_AreForTheRoleAlone()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, EmbeddedWorker.Succeed, AccessRun.Keys);
        var id = await StartAsync(run);
        await run.Worker.UntilStateAsync(id, "Completed", Ct);
        await ApiTests.Fixture.ParkAsync(run, 1_000_001, $$"""{"card":"{{Secret}}"}""");

        foreach (var key in new[] { AccessRun.Reader, AccessRun.Operator })
        {
            var saga = await run.AskAsync("GET", $"{AccessRun.Sagas}/{id}", key, Ct);
            (saga["payloadsHidden"], saga["input"], saga["results"]).ShouldBe(("True", null, null));
            var message = await run.AskAsync("GET", "/api/v1/outbox/parked/1000001", key, Ct);
            (message["payloadsHidden"], message["body"], message["number"]).ShouldBe(("True", null, "1000001"));
            foreach (var path in new[] { "", $"/{id}", $"/{id}/history" })
            {
                (await run.AskAsync("GET", $"{AccessRun.Sagas}{path}", key, Ct)).Text.ShouldNotContain(Secret);
            }

            (await run.AskAsync("GET", "/api/v1/outbox/parked", key, Ct)).Text.ShouldNotContain(Secret);
            (await FirstEventAsync(run, key)).ShouldNotContain(Secret);
        }

        (await run.AskAsync("GET", $"{AccessRun.Sagas}/{id}", AccessRun.Auditor, Ct)).Json.GetProperty("input").GetProperty("card")
            .GetString().ShouldBe(Secret);
        (await run.AskAsync("GET", "/api/v1/outbox/parked/1000001", AccessRun.Auditor, Ct))["body"].ShouldNotBeNull().ShouldContain(Secret);
    }

    [Fact]
    public async Task Show_WithoutTheRole_SaysThatTheyAreHidden()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, EmbeddedWorker.Succeed, AccessRun.Keys);
        var id = await StartAsync(run);

        var reader = await ShowAsync(AccessRun.Reader);
        var auditor = await ShowAsync(AccessRun.Auditor);

        (reader.ExitCode, auditor.ExitCode).ShouldBe((0, 0), reader.Error + auditor.Error);
        reader.Output.ShouldContain("Input and results are hidden: this key has not the role 'payloads'.");
        reader.Output.ShouldNotContain(Secret);
        auditor.Output.ShouldContain(Secret);

        Task<CommandRun> ShowAsync(string key) => new CommandRun { Variables = { ["SAGAS_API_KEY"] = key } }
            .RunAsync("show", $"{id}", "--data", "--url", run.Address.ToString());
    }

    private static async Task<Guid> StartAsync(ApiRun run)
    {
        var reply = await run.AskAsync(
            "POST", AccessRun.Sagas, AccessRun.Operator, Ct, $$"""{ "name": "order", "input": { "card": "{{Secret}}" } }""");
        reply.Status.ShouldBe(201, reply.Text);
        return reply.Json.GetProperty("id").GetGuid();
    }

    private static async Task<string> FirstEventAsync(ApiRun run, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/feed");
        request.Headers.Add("Authorization", $"Bearer {key}");
        request.Headers.Add("Last-Event-ID", $"{DateTime.UtcNow.AddMinutes(-5).Ticks}");
        using var response = await run.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        while (await reader.ReadLineAsync(Ct) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return "";
    }
}
