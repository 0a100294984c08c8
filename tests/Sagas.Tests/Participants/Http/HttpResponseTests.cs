using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sagas.Tests.Participants.Http;

/// <summary>Responses that are slow, long, or not what the definition says.</summary>
public sealed class HttpResponseTests
{
    private const string Charge = """
        { "name": "charge", "timeout": "20s", "http": { "method": "POST", "url": "$URL/charges", "result": "/id" }, "retry": { "retries": 0 },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task Undo(HttpContext context) => HttpService.StatusAsync(context, 204);

    [Fact]
    public async Task Compensation_IsSilentBeyondItsTimeout_SuspendsTheSaga()
    {
        await using var run = await HttpRun.StartAsync(
            """
            { "name": "charge", "http": { "method": "POST", "url": "$URL/charges" },
              "compensation": { "timeout": "400ms", "retry": { "retries": 0 }, "http": { "method": "DELETE", "url": "$URL/charges" } } },
            { "name": "ship", "http": { "method": "POST", "url": "$URL/shipments" } }
            """,
            Ct,
            (request, context) => request.ToString() switch
            {
                "POST /charges" => Undo(context),
                "DELETE /charges" => HttpService.HangAsync(context),
                _ => HttpService.StatusAsync(context, 400),
            });

        await run.RunAsync("Suspended", Ct);

        (await run.FailureAsync()).ShouldBe("STEP_COMPENSATION_TIMEOUT");
    }

    [Proves("http-silent")]
    [Fact]
    public async Task Body_Trickles_EndsTheCallAndTheStepIsUndone()
    {
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            async (request, context) =>
            {
                if (request.Method == "DELETE")
                {
                    await Undo(context);
                    return;
                }

                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{\"id\":");
                await context.Response.Body.FlushAsync();
                await HttpService.HangAsync(context);
            },
            settings: ("Sagas:ExternalCall:ResponseTimeout", "300ms"));

        await run.RunAsync("Compensated", Ct);

        (await run.EndsAsync()).ShouldBe(["StepOutcomeUnknown:HTTP_RESPONSE_TIMEOUT"]);
    }

    [Proves("http-body-without-end")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_TooLong_IsNotReadAndTheStepIsUndone(bool saysHowLong)
    {
        var isAborted = new TaskCompletionSource();
        await using var run = await HttpRun.StartAsync(
            Charge,
            Ct,
            async (request, context) =>
            {
                if (request.Method == "DELETE")
                {
                    await Undo(context);
                    return;
                }

                context.RequestAborted.Register(() => isAborted.TrySetResult());
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = saysHowLong ? 1_000_000_000 : null;
                var block = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                }
            },
            settings: ("Sagas:Http:MaxResponseBytes", "2048"));

        await run.RunAsync("Compensated", Ct);

        (await run.EndsAsync()).ShouldBe(["StepOutcomeUnknown:HTTP_RESPONSE_TOO_LARGE"]);
        await isAborted.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    [Theory]
    [InlineData("application/json", """{"key":1}""")]
    [InlineData("application/json", "not json")]
    [InlineData("text/html", """{"id":1}""")]
    public async Task Result_IsNotWhereTheDefinitionSays_TheStepIsUndoneAndNotRepeated(string type, string body)
    {
        await using var run = await HttpRun.StartAsync(
            Charge.Replace("\"retries\": 0", "\"retries\": 3", StringComparison.Ordinal),
            Ct,
            (request, context) => request.Method == "POST" ? HttpService.JsonAsync(context, 200, body, type) : Undo(context));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "DELETE"]);
        (await run.EndsAsync()).ShouldBe(["StepOutcomeUnknown:HTTP_RESULT_NOT_FOUND"]);
        (await run.FailureAsync("message")).ShouldBeOfType<string>().ShouldContain("\"/id\"");
    }

    [Theory]
    [InlineData("", "application/json; charset=utf-8", """{"id":"ü"}""", """{"charge":{"id":"ü"}}""")]
    [InlineData("", "application/problem+json", "[1.50]", """{"charge":[1.50]}""")]
    [InlineData("", "text/plain", "done", """{"charge":null}""")]
    [InlineData("", "application/json", "not json", """{"charge":null}""")]
    [InlineData(", \"result\": false", "application/json", "{}", """{"charge":null}""")]
    [InlineData(", \"result\": \"/a/0\"", "application/json", """{"a":[{"b":1}]}""", """{"charge":{"b":1}}""")]
    public async Task Result_AsTheDefinitionSays_IsKept(string result, string type, string body, string kept)
    {
        await using var run = await HttpRun.StartAsync(
            $$"""{ "name": "charge", "http": { "method": "POST", "url": "$URL/charges"{{result}} } }""",
            Ct,
            (_, context) => HttpService.JsonAsync(context, 200, body, type));

        await run.RunAsync("Completed", Ct);

        (await run.Worker.ScalarAsync("select results from saga_state")).ShouldBe(kept);
    }

    /// <summary>What was done is done, and the saga goes on, with what can be made of the answer.</summary>
    [Proves("http-body-unreadable")]
    [Theory]
    [InlineData("""{"id":"ü"}""", "utf-8", null, "application/json", """{"charge":{"id":"ü"}}""")]
    [InlineData("""{"id":"ü"}""", "utf-8", "gzip", "application/json", """{"charge":{"id":"ü"}}""")]
    [InlineData("""{"id":"ü"}""", "utf-8", "br", "application/json", """{"charge":{"id":"ü"}}""")]
    [InlineData("not compressed", "utf-8", "wrong gzip", "application/json", """{"charge":null}""")]
    [InlineData("""{"id":"ü"}""", "iso-8859-1", null, "application/json; charset=iso-8859-1", """{"charge":{"id":"ü"}}""")]
    [InlineData("\uFEFF{\"id\":\"ü\"}", "utf-16", null, "application/json", """{"charge":{"id":"ü"}}""")]
    [InlineData("\uFEFF{\"id\":\"ü\"}", "utf-8", null, "application/json", """{"charge":{"id":"ü"}}""")]
    [InlineData("""{"id":"\ud800"}""", "utf-8", null, "application/json", """{"charge":{"id":"\ufffd"}}""")]
    [InlineData("""{"id":1e999999}""", "utf-8", null, "application/json", """{"charge":{"id":"1e999999"}}""")]
    [InlineData("""{"id":1}""", "utf-8", null, null, """{"charge":{"id":1}}""")]
    [InlineData("", "utf-8", null, "application/json", """{"charge":null}""")]
    [InlineData("", "utf-8", null, null, """{"charge":null}""")]
    public async Task Success_WhateverTheBody_StaysOne(string body, string charset, string? encoding, string? type, string kept)
    {
        await using var run = await HttpRun.StartAsync(
            """{ "name": "charge", "http": { "method": "POST", "url": "$URL/charges" } }""",
            Ct,
            async (_, context) =>
            {
                context.Response.StatusCode = body.Length == 0 && type is null ? 204 : 200;
                context.Response.ContentType = type;
                context.Response.Headers.ContentEncoding = encoding?.Split(' ')[^1];
                var bytes = Encoding.GetEncoding(charset).GetBytes(body);
                await context.Response.Body.WriteAsync(Compressed(bytes, encoding), Ct);
            });

        await run.RunAsync("Completed", Ct);

        Unescape(await run.Worker.ScalarAsync("select results from saga_state")).ShouldBe(kept);
        run.Service.Requests.Count.ShouldBe(1);
    }

    [Proves("http-body-unreadable")]
    [Theory]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(1_000)]
    public async Task Success_BodyOfAnyDepth_StaysOneAndReachesTheNextStep(int levels)
    {
        var body = new string('[', levels) + new string(']', levels);
        await using var run = await HttpRun.StartAsync(
            """
            { "name": "charge", "http": { "method": "POST", "url": "$URL/charges" } },
            { "name": "ship", "http": { "method": "POST", "url": "$URL/shipments", "body": { "charge": "{results.charge}" } } }
            """,
            Ct,
            (_, context) => HttpService.JsonAsync(context, 200, body));

        await run.RunAsync("Completed", Ct);

        run.Service.Requests.Last().Body.Count(x => x == '[').ShouldBe(levels);
    }

    [Fact]
    public async Task Status_OtherThanTheDefinitionsOwn_IsUnknownAndNotRepeated()
    {
        await using var run = await HttpRun.StartAsync(
            """
            { "name": "charge", "http": { "method": "POST", "url": "$URL/charges", "success": [201] },
              "compensation": { "http": { "method": "DELETE", "url": "$URL/charges" } } }
            """,
            Ct,
            (_, context) => HttpService.StatusAsync(context, 200));

        await run.RunAsync("Compensated", Ct);

        run.Service.Requests.Select(x => x.Method).ShouldBe(["POST", "DELETE"]);
        (await run.EndsAsync()).ShouldBe(["StepOutcomeUnknown:HTTP_200"]);
    }

    private static byte[] Compressed(byte[] bytes, string? encoding)
    {
        using var compressed = new MemoryStream();
        using (Stream? stream = encoding switch
        {
            "gzip" => new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true),
            _ => null,
        })
        {
            stream?.Write(bytes);
        }

        return encoding is "gzip" or "br" ? compressed.ToArray() : bytes;
    }

    private static string? Unescape(object? json) => (json as string)?.Replace("\\u00FC", "ü", StringComparison.Ordinal)
        .Replace("\uFFFD", "\\ufffd", StringComparison.Ordinal);
}
