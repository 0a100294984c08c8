using System.Globalization;
using System.Net.Http.Headers;
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

    private static readonly string[] Texts =
    [
        "", "%00", "a%00b", "%ED%A0%80", "%FF%FE", "%1B%5B31m", "%E2%80%AE", "%25", "%", "..%2F..", "'%3B--", "null", "-1", "0", "1",
        "99999999999999999999", "1e400", "true", "order", "00000000-0000-0000-0000-000000000000",
        "0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e", "2026-01-31T12:00:00Z", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00",
        new string('a', 3000), string.Concat(Enumerable.Repeat("%F0%9F%98%80", 200)), "a,b,,c", "%2C%2C", "%0A%0D",
    ];

    private static readonly string[] Names =
    [
        "state", "name", "version", "from", "to", "text", "sort", "cursor", "limit", "after", "returnUrl", "key", "%00", "%FF", "", "a[b]",
        "State", "x",
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
    ];

    private static readonly string?[] ContentTypes =
    [
        null, "", "application/json", "application/json; charset=utf-16", "application/json; charset=nonsense",
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=nonsense", "multipart/form-data",
        "multipart/form-data; boundary=x", "multipart/form-data; boundary=\"", "text/plain", "garbage", "a/b; c",
    ];

    private static readonly string[] Headers =
    [
        "Idempotency-Key: ", "Idempotency-Key: \u00e9", "Authorization: Bearer", "Authorization: Bearer x y", "Authorization: Basic eA==",
        "Cookie: sagas-session=x", "Cookie: sagas-session=CfDJ8AAAA", "Last-Event-ID: x", "Last-Event-ID: -1", "Accept: x", "Accept: text/html",
        "Origin: null", "Origin: x", "Sec-Fetch-Site: cross-site", "Prefer: wait=x", "traceparent: 00-x", "Range: bytes=x",
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
            .Where(x => !x.Pattern.EndsWith("/feed", StringComparison.Ordinal))
            .Distinct().ToList();
        routes.Count.ShouldBeGreaterThan(20);

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

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"];

    private static HttpRequestMessage Create(Uri address, string method, string pattern, bool demandsKeys, Random random)
    {
        var path = string.Join('/', pattern.Split('/').Select(x => x.StartsWith('{') ? Any(Texts, random) : x));
        var query = string.Join('&', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Any(Names, random)}={Any(Texts, random)}"));
        var target = $"{address.GetLeftPart(UriPartial.Authority)}/{path.TrimStart('/')}{(query.Length > 0 ? "?" : "")}{query}";
        var request = new HttpRequestMessage(
            new HttpMethod(random.Next(8) == 0 ? Any(["POST", "PUT", "DELETE", "HEAD", "OPTIONS"], random) : method),
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
