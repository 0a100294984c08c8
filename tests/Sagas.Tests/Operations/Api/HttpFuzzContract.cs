using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Tests.Operations.Access;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Operations.Api;

/// <summary>Malformed requests to every route of the worker: each is refused with a status below 500.</summary>
public abstract class HttpFuzzContract(ITestOutputHelper output)
{
    private const int RequestsForEachRoute = 60;

    private static readonly string LongText = new('a', 8_000);

    private static readonly string[] Texts =
    [
        "", "%00", "a%00b", "%ED%A0%80", "%FF%FE", "%1B%5B31m", "%E2%80%AE", "%25", "%", "..%2F..", "'%3B--", "null", "-1", "0", "1",
        "99999999999999999999", "1e400", "true", "order", "00000000-0000-0000-0000-000000000000",
        "0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e", "2026-01-31T12:00:00Z", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00",
        new string('a', 3000), string.Concat(Enumerable.Repeat("%F0%9F%98%80", 200)), "a,b,,c", "%2C%2C", "%0A%0D",
        "%2F", "%252F", "%5C", "%2e%2e", "..;", "~", "%EF%BB%BF", "%C0%AF", "1%2B1", "pay.example:443", "%7B%7D", "%D9%A3",
    ];

    private static readonly string[] Names =
    [
        "state", "name", "version", "from", "to", "text", "sort", "cursor", "limit", "after", "returnUrl", "key", "%00", "%FF", "", "a[b]",
        "State", "x", "state[]", "limit%00", "cursor=", "%ED%A0%80",
    ];

    private static readonly byte[][] Bodies =
    [
        .. new[]
        {
            "", " ", "{", "[]", "null", "1", "\"a\"", "{}", """{"name":"order"}""", """{"name":null}""", """{"name":1}""",
            """{"name":"order","input":[]}""", """{"name":"order","input":null}""", """{"name":"order","name":"order"}""",
            """{"name":"order","input":{"a":1e400}}""", """{"name":"order","input":{"a":"\ud800"}}""", """{"name":"\ud800"}""",
            """{"\ud800":1}""", """{"name":"or\u0000der"}""", """{"name":"order","version":99999999999}""",
            """{"name":"order","id":"x"}""", """{"reason":""}""", """{"reason":"\u0000"}""", """{"reason":"\ud800"}""",
            """{"reason":"why","step":"\ud800"}""", """{"reason":1}""", "key=%FF&returnUrl=%00", "key=" + new string('k', 5000),
            string.Join('&', Enumerable.Range(0, 2000).Select(x => $"k{x}=v")), new string('k', 5000) + "=1", "--x\r\n\r\n", "&&&===",
            $"{{\"name\":\"order\",\"input\":{string.Concat(Enumerable.Repeat("{\"a\":", 61))}1{new string('}', 62)}",
            new string('[', 5000),
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE, 0x00], [.. "{\""u8, 0xFF, .. "\":1}"u8], [.. "{\"name\":\""u8, 0xC3, .. "\"}"u8], [0xEF, 0xBB, 0xBF, .. "{}"u8],
        [.. "{\"name\":\"order\",\"input\":{\""u8, 0xFF, .. "\":1}}"u8],
        [.. "{\"name\":\"order\",\"input\":{\"a\":[{\"b\":\""u8, 0xC3, .. "\"}]}}"u8],
    ];

    private static readonly string?[] ContentTypes =
    [
        null, "", "application/json", "application/json; charset=utf-16", "application/json; charset=nonsense",
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=nonsense",
        "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded; charset=utf-32", "multipart/form-data",
        "multipart/form-data; boundary=x", "multipart/form-data; boundary=\"", "text/plain", "garbage", "a/b; c",
    ];

    private static readonly string[] Headers =
    [
        "Idempotency-Key: ", "Idempotency-Key: \u00e9", "Authorization: Bearer", "Authorization: Bearer x y", "Authorization: Basic eA==",
        "Cookie: sagas-session=x", "Cookie: sagas-session=CfDJ8AAAA", "Last-Event-ID: x", "Last-Event-ID: -1", "Accept: x", "Accept: text/html",
        "Origin: null", "Origin: x", "Sec-Fetch-Site: cross-site", "Prefer: wait=x", "traceparent: 00-x", "Range: bytes=x",
        "Sagas-Operator: \u00e9", "Sagas-Operator: " + LongText, "Sagas-Operator: %00", "X-Forwarded-For: x, ,;", "X-Forwarded-For: [::1]:x",
        "X-Forwarded-For: " + LongText, "X-Forwarded-For: 203.0.113.7, 127.0.0.1", "Forwarded: for=\"", "Cookie: sagas-session=" + LongText,
        "Cookie: =;;=", "Expect: x", "X-HTTP-Method-Override: PURGE", "Sagas-Caller: 1 0 x y", "tracestate: =,=", "baggage: %%%",
        "Content-Encoding: gzip", "Transfer-Encoding: x", "If-None-Match: \"", "Accept-Encoding: x",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Proves("api-request-malformed")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_MalformedRequestsToEveryRoute_NoneGetsA500(bool demandsKeys)
    {
        var settings = demandsKeys ? AccessRun.Keys : [];
        settings["Sagas:Api:FailuresPerMinute"] = "100000";
        settings["Sagas:Api:FeedMessageTimeout"] = "1s";
        settings["Sagas:Api:TrustedProxies"] = "127.0.0.1";
        await using var database = await CreateDatabaseAsync();
        await using var run = await ApiRun.StartAsync(
            AccessRun.Definition, Ct, settings: settings, database: database.ConnectionString);
        var seed = Environment.GetEnvironmentVariable("FUZZ_SEED") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"seed {seed} (FUZZ_SEED={seed} takes it again)");
        var random = new Random(seed);
        var routes = run.Worker.Services.GetServices<EndpointDataSource>().SelectMany(x => x.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(x => MethodsOf(x).Select(method => (Method: method, Pattern: x.RoutePattern.RawText!)))
            .Distinct().ToList();
        foreach (var known in (string[])
            ["/api/v1/feed", "/api/v1/sagas/{id}/skip", "/sign-in", "/sign-out", "/sagas/{id}", "/metrics", "/health/ready", "/openapi/{documentName}.json"])
        {
            routes.ShouldContain(x => $"/{x.Pattern.Trim('/')}" == known, known);
        }

        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        });
        var sent = 0;
        foreach (var (method, pattern) in routes)
        {
            for (var i = 0; i < RequestsForEachRoute; i++)
            {
                using var request = Create(run.Address, method, pattern, demandsKeys, random);
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
                ((int)response.StatusCode).ShouldBeLessThan(500, $"{request}\nbody: {await BodyOfAsync(request)}");
                sent++;
            }
        }

        output.WriteLine($"{sent} requests to {routes.Count} routes");
        run.Worker.Log.ShouldNotContain(x => x.Contains(" failed", StringComparison.Ordinal) && x.Contains("   at ", StringComparison.Ordinal));
        (await run.GetAsync("/health/live", Ct)).Status.ShouldBe(200);
    }

    /// <summary>What no client would send: the bytes of the request itself are broken.</summary>
    [Proves("api-request-malformed")]
    [Fact]
    public async Task Send_BrokenBytes_GetNo500AndTheWorkerGoesOn()
    {
        await using var database = await CreateDatabaseAsync();
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, database: database.ConnectionString);
        const string Post = "POST /api/v1/sagas HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        const string SignIn =
            "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n";
        string[] requests =
        [
            "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u0016\u0003\u0001\0",
            "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET http://elsewhere/api/v1/sagas HTTP/1.1\r\nHost: localhost\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: [::\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", "GET / HTTP/1.1\nHost: localhost\n\n",
            "GET /api/v1/sagas?state=\u00ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET /{new string('a', 20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('a', 40_000)}\r\n\r\n",
            $"{Post}Content-Length: x\r\n\r\n{{}}", $"{Post}Content-Length: -1\r\n\r\n", $"{Post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}",
            $"{Post}Content-Length: 99999999999\r\n\r\n{{}}", $"{Post}Content-Length: 50\r\n\r\n{{}}", $"{Post}Transfer-Encoding: x\r\n\r\n{{}}",
            $"{Post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n", $"{Post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            $"{Post}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n",
            $"{Post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx", $"{Post}Transfer-Encoding: chunked\r\n\r\n80000000\r\nx",
            $"{SignIn}zz\r\n", $"{SignIn}ffffffffffffffff\r\nx", $"{SignIn}5\r\nkey=x",
            "GET /api/v1/feed HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 1\r\nLast-Event-ID: 2\r\n\r\n",
        ];

        await Task.WhenAll(requests.Select(async request =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(run.Address.Host, run.Address.Port, Ct);
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            string? line = null;
            try
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(request), Ct);
                client.Client.Shutdown(SocketShutdown.Send);
                line = await reader.ReadLineAsync(Ct);
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // Closed without a word.
            }

            // 505 is the right answer to a version of HTTP that nobody speaks.
            (line ?? "").ShouldNotMatch("^HTTP/1.1 5(?!05)", $"{request[..Math.Min(request.Length, 200)]}");
        }));

        run.Worker.Log.ShouldNotContain(x => x.Contains(" failed", StringComparison.Ordinal) && x.Contains("   at ", StringComparison.Ordinal));
        (await run.GetAsync("/health/live", Ct)).Status.ShouldBe(200);
    }

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"];

    private static HttpRequestMessage Create(Uri address, string method, string pattern, bool demandsKeys, Random random)
    {
        var path = string.Join('/', pattern.Split('/').Select(x => x.StartsWith('{') ? Any(Texts, random) : x));
        var query = string.Join('&', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Any(Names, random)}={Any(Texts, random)}"));
        var target = $"{address.GetLeftPart(UriPartial.Authority)}/{path.TrimStart('/')}{(query.Length > 0 ? "?" : "")}{query}";
        var request = new HttpRequestMessage(
            new HttpMethod(random.Next(8) == 0 ? Any(["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PATCH", "x"], random) : method),
            new Uri(target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (request.Method.Method is "POST" or "PUT")
        {
            request.Content = new ByteArrayContent(Any(Bodies, random));
            if (Any(random.Next(2) == 0 ? ["application/json"] : ContentTypes, random) is { } type)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        if (demandsKeys && random.Next(4) > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessRun.Operator);
        }

        foreach (var header in Enumerable.Range(0, random.Next(3)).Select(_ => Any(Headers, random).Split(": ", 2)))
        {
            request.Headers.TryAddWithoutValidation(header[0], header[1]);
        }

        return request;
    }

    private static T Any<T>(IReadOnlyList<T> values, Random random) => values[random.Next(values.Count)];

    private static async Task<string> BodyOfAsync(HttpRequestMessage request) =>
        request.Content is null ? "none" : Convert.ToBase64String(await request.Content.ReadAsByteArrayAsync(Ct));
}
