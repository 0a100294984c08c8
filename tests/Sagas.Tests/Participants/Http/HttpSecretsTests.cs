using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sagas.Tests.Participants.Http;

/// <summary>A secret is in the configuration and in the request, and nowhere else.</summary>
public sealed class HttpSecretsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secret_WhateverHappens_IsInNoTableAndNoLog()
    {
        var answers = new Queue<Func<HttpContext, Task>>(
        [
            context => HttpService.StatusAsync(context, 500),
            context => HttpService.StatusAsync(context, 307, "http://evil.example/"),
            HttpService.AbortAsync,
            context => HttpService.StatusAsync(context, 401),
        ]);
        const string Call = """
            { "method": "POST", "url": "$URL/a", "headers": { "Authorization": { "secret": "Token" }, "X-Other": { "secret": "Other" } } }
            """;
        await using var run = await HttpRun.StartAsync(
            $$"""
            { "name": "charge", "retry": { "retries": 1 }, "http": {{Call}}, "compensation": { "retry": { "retries": 1 }, "http": {{Call}} } }
            """,
            Ct,
            (_, context) => answers.Dequeue()(context),
            settings:
            [
                ("Sagas:Http:Secrets:Other", "0ther-Secret"),
                ("Logging:LogLevel:Default", "Trace"),
                ("Logging:LogLevel:Microsoft", "Trace"),
                ("Logging:LogLevel:System", "Trace"),
                ("Logging:LogLevel:MassTransit", "Trace"),
            ]);

        await run.RunAsync("Suspended", Ct);

        run.Service.Requests.Count.ShouldBe(4);
        run.Service.Requests.ShouldAllBe(x => x.Headers["Authorization"] == HttpRun.Secret && x.Headers["X-Other"] == "0ther-Secret");
        var everything = new StringBuilder();
        foreach (var table in await run.Worker.RowsAsync("select name from sqlite_master where type in ('table', 'view')"))
        {
            foreach (var row in await run.Worker.RowsAsync($"select * from {table[0]}"))
            {
                everything.AppendJoin('|', row.Select(x => x is byte[] bytes ? Encoding.UTF8.GetString(bytes) : x)).AppendLine();
            }
        }

        run.Worker.Log.Count.ShouldBeGreaterThan(20, "The log says too little to show anything.");
        everything.AppendJoin('\n', run.Worker.Log);
        var text = everything.ToString();
        text.ShouldContain("\"secret\":\"Token\"");
        text.ShouldNotContain("s3cr3t");
        text.ShouldNotContain("0ther-Secret");
    }
}
