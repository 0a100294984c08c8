using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Operations.Access;

/// <summary>
/// What pages of other sites try with the browser of somebody who may use the worker: here everybody on this machine,
/// who needs no key. Every one of these requests is one that a browser sends for such a page without asking.
/// </summary>
public sealed class RequestGuardTests(RequestGuardTests.Fixture fixture) : IClassFixture<RequestGuardTests.Fixture>
{
    private const string Body = """{ "name": "order" }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ApiRun Api => fixture.Run;

    [Proves("access-foreign-page")]
    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site")]
    [InlineData("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData("Origin: https://evil.example")]
    [InlineData("Origin: http://127.0.0.1:1")]
    [InlineData("Origin: null")]
    [InlineData("Sec-Fetch-Site: cross-site", "Origin: http://127.0.0.1")]
    public async Task Post_OfAnotherSitesPage_IsRefused(params string[] headers)
    {
        var before = await StartedAsync();

        (await Api.AskAsync("POST", AccessRun.Sagas, null, Ct, Body, headers)).ShouldBeProblem(403, "CROSS_SITE_REQUEST");

        (await StartedAsync()).ShouldBe(before);
        Api.Worker.Log.ShouldContain(x => x.Contains("POST /api/v1/sagas was refused, since it came from a page of another site", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Post_OfAFormOnAnotherSite_IsNotJson(string type)
    {
        var content = new StringContent(Body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        (await Api.PostAsync(AccessRun.Sagas, content, Ct)).ShouldBeProblem(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Proves("access-foreign-page")]
    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:8080")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example")]
    public async Task Request_ByANameOfAnotherSite_IsRefused(string host)
    {
        // The page's own name leads to this address by now: to the browser it is the same site.
        string[] headers = [$"Host: {host}", "Sec-Fetch-Site: same-origin", $"Origin: http://{host}"];

        (await Api.AskAsync("POST", AccessRun.Sagas, null, Ct, Body, headers)).ShouldBeProblem(403, "HOST_NOT_ALLOWED");
        (await Api.AskAsync("GET", AccessRun.Sagas, null, Ct, null, headers)).ShouldBeProblem(403, "HOST_NOT_ALLOWED");
        (await Api.AskAsync("GET", "/metrics", null, Ct, null, headers)).ShouldBeProblem(403, "HOST_NOT_ALLOWED");
    }

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("LOCALHOST")]
    [InlineData("[::1]:8080")]
    [InlineData("10.1.2.3")]
    [InlineData("worker:8080")]
    [InlineData("sagas.example")]
    public async Task Request_ByTheWorkersOwnName_IsAnswered(string host) =>
        (await Api.AskAsync("GET", AccessRun.Sagas, null, Ct, null, $"Host: {host}")).Status.ShouldBe(200);

    [Fact]
    public async Task Health_ByAnyName_IsAnswered() =>
        (await Api.AskAsync("GET", "/health/live", null, Ct, null, "Host: balancer.example")).Status.ShouldBe(200);

    [Theory]
    [InlineData("no-cors", "image")]
    [InlineData("cors", "empty")]
    [InlineData("navigate", "iframe")]
    public async Task Get_WithinAnotherSitesPage_IsRefused(string mode, string destination) =>
        (await Api.AskAsync(
            "GET", "/api/v1/feed", null, Ct, null, "Sec-Fetch-Site: cross-site", $"Sec-Fetch-Mode: {mode}", $"Sec-Fetch-Dest: {destination}"))
            .ShouldBeProblem(403, "CROSS_SITE_REQUEST");

    [Fact]
    public async Task Get_ByALinkOnAnotherSite_IsAnswered() =>
        (await Api.AskAsync(
            "GET", "/api/v1/counts", null, Ct, null, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"))
            .Status.ShouldBe(200);

    [Fact]
    public async Task Post_OfTheWorkersOwnPage_IsDone()
    {
        var own = $"Origin: http://{Api.Address.Authority}";

        (await Api.AskAsync("POST", AccessRun.Sagas, null, Ct, Body, own, "Sec-Fetch-Site: same-origin")).Status.ShouldBe(201);
        (await Api.AskAsync("POST", AccessRun.Sagas, null, Ct, Body, own)).Status.ShouldBe(201);
        (await Api.AskAsync("POST", AccessRun.Sagas, null, Ct, Body, "Origin: https://sagas.example", "Host: sagas.example"))
            .Status.ShouldBe(201);
        (await Api.AskAsync("POST", AccessRun.Sagas, null, Ct, Body, "Origin: http://sagas.example", "Host: sagas.example:80"))
            .Status.ShouldBe(201);
    }

    /// <summary>
    /// The cookie does not go out for other sites' pages; if a browser sent it all the same, it would be of no use.
    /// </summary>
    [Fact]
    public async Task Post_OfAnotherSitesPageWithASession_IsRefused()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, _ => null, AccessRun.Keys);
        using var browser = SignInTests.Browser(run);
        using var crossSite = await SignInTests.SignInAsync(browser, AccessRun.Operator, "/", ("Sec-Fetch-Site", "cross-site"));
        ((int)crossSite.StatusCode).ShouldBe(403);
        using var signedIn = await SignInTests.SignInAsync(browser, AccessRun.Operator, "/");
        var cookie = $"Cookie: {signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]}";

        (await run.AskAsync("POST", AccessRun.Sagas, null, Ct, Body, cookie, "Sec-Fetch-Site: cross-site"))
            .ShouldBeProblem(403, "CROSS_SITE_REQUEST");
        (await run.AskAsync("POST", "/sign-out", null, Ct, null, cookie, "Origin: https://evil.example"))
            .ShouldBeProblem(403, "CROSS_SITE_REQUEST");
        (await run.AskAsync("POST", AccessRun.Sagas, null, Ct, Body, cookie, "Sec-Fetch-Site: same-origin")).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/api/v1/sagas")]
    [InlineData("/api/v1/sagas/4711")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/health/live")]
    [InlineData("/metrics")]
    public async Task Response_Whatever_HoldsTheBrowserToItsOwn(string path)
    {
        var headers = (await Api.GetAsync(path, Ct)).Headers;

        var policy = headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldStartWith("default-src 'none'; script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe-inline");
        policy.ShouldNotContain("unsafe-eval");
        headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        headers.GetValues("Cross-Origin-Opener-Policy").ShouldBe(["same-origin"]);
        headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"]);
        headers.CacheControl!.NoStore.ShouldBeTrue();
        headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        headers.Contains("Server").ShouldBeFalse();
    }

    private Task<object?> StartedAsync() => Api.Worker.ScalarAsync("select count(*) from saga_state");

    /// <summary>A worker that demands nothing, with one further name.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal ApiRun Run { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Run = await ApiRun.StartAsync(
            AccessRun.Definition,
            CancellationToken.None,
            _ => null,
            new Dictionary<string, string?> { ["Sagas:Api:AllowedHosts"] = "sagas.example, www.sagas.example" });

        public ValueTask DisposeAsync() => Run.DisposeAsync();
    }
}
