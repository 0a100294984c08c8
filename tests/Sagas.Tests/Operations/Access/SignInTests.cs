using System.Net;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Dashboard.Access;
using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Operations.Access;

/// <summary>What a browser does: it signs in, and its cookie is what its key is.</summary>
public sealed class SignInTests(SignInTests.Fixture fixture) : IClassFixture<SignInTests.Fixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ApiRun Api => fixture.Run;

    [Fact]
    public async Task Page_WithoutASession_LeadsToTheSignInAndBack()
    {
        using var client = Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics?x=1");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml");

        using var response = await client.SendAsync(request, Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.OriginalString.ShouldBe("/sign-in?returnUrl=%2Fmetrics%3Fx%3D1");
        var page = await client.GetStringAsync(response.Headers.Location, Ct);
        page.ShouldContain("value=\"/metrics?x=1\"");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("style=");
    }

    [Fact]
    public async Task SignIn_WithAKey_MayDoWhatTheKeyMayUntilTheSignOut()
    {
        using var client = Browser();

        using var signedIn = await SignInAsync(client, AccessRun.Reader, "/metrics");

        (signedIn.StatusCode, signedIn.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.Redirect, "/metrics"));
        var cookie = signedIn.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldContain("; httponly", Case.Insensitive);
        cookie.ShouldContain("; samesite=strict", Case.Insensitive);
        cookie.ShouldNotContain("; secure", Case.Insensitive);
        cookie.ShouldNotContain("expires");
        cookie.ShouldNotContain(AccessRun.Reader);
        (await client.GetAsync(AccessRun.Sagas, Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsync(AccessRun.Sagas, Json(), Ct)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await client.PostAsync("/sign-out", null, Ct)).Headers.Location!.OriginalString.ShouldBe("/sign-in");
        (await client.GetAsync(AccessRun.Sagas, Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>Two workers behind one address, and somebody who has copied the cookie.</summary>
    [Proves("access-cookie-copied")]
    [Fact]
    public async Task SignOut_CopyOfTheCookie_IsWorthlessAtEveryWorker()
    {
        var folder = Directory.CreateTempSubdirectory("sagas-keys-");
        try
        {
            var settings = new Dictionary<string, string?>(AccessRun.Keys) { ["Sagas:Api:SessionKeyPath"] = folder.FullName };
            await using var first = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: settings);
            await using var second = await ApiRun.StartAsync(
                AccessRun.Definition, Ct, settings: settings, database: first.Worker.Database);
            using var client = Browser(first);
            using var signedIn = await SignInAsync(client, AccessRun.Reader, "/");
            var copy = $"Cookie: {signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]}";
            using var other = Browser(first);
            using var otherSignedIn = await SignInAsync(other, AccessRun.Reader, "/");
            (await second.AskAsync("GET", AccessRun.Sagas, null, Ct, null, copy)).Status.ShouldBe(200);

            (await client.PostAsync("/sign-out", null, Ct)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

            (await first.AskAsync("GET", AccessRun.Sagas, null, Ct, null, copy)).Status.ShouldBe(401);
            await Eventually.HoldsAsync(
                "the other worker",
                async () => (await second.AskAsync("GET", AccessRun.Sagas, null, Ct, null, copy)).Status == 401,
                Ct);
            (await first.AskAsync("POST", "/sign-out", null, Ct, null, copy)).Status.ShouldNotBe(500);
            (await other.GetAsync(AccessRun.Sagas, Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await first.Worker.ScalarAsync("select count(*) from ended_session")).ShouldBe(1L);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Proves("access-cookie-copied")]
    [Fact]
    public async Task SignOut_LiveFeedOfTheSession_Ends()
    {
        using var client = Browser();
        using var signedIn = await SignInAsync(client, AccessRun.Reader, "/");
        using var feed = await client.GetAsync("/api/v1/feed", HttpCompletionOption.ResponseHeadersRead, Ct);
        var rest = feed.Content.ReadAsStringAsync(Ct);

        using var signedOut = await client.PostAsync("/sign-out", null, Ct);

        (await rest).ShouldContain(": nothing new");
    }

    [Proves("api-request-malformed")]
    [Theory]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\ngarbage")]
    [InlineData("application/json", "{}")]
    [InlineData("application/x-www-form-urlencoded", null)]
    public async Task SignIn_NoFormOfItsOwn_IsMalformedAndLeavesNoStackTrace(string type, string? body)
    {
        using var client = Browser();
        var content = new StringContent(body ?? new string('k', 40_000));
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);

        using var response = await client.PostAsync("/sign-in", content, Ct);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("application/x-www-form-urlencoded");
        Api.Worker.Log.ShouldNotContain(x => x.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_AsAnOperator_StandsInTheHistoryByItsKeysName()
    {
        using var client = Browser();
        using var signedIn = await SignInAsync(client, AccessRun.Operator, "/");

        using var started = await client.PostAsync(AccessRun.Sagas, Json(), Ct);
        using var cancelled = await client.PostAsync(
            $"{started.Headers.Location}/cancel", Json("""{ "reason": "not wanted" }"""), Ct);

        cancelled.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetStringAsync($"{started.Headers.Location}/history", Ct)).ShouldContain("\"operator\":\"operator\"");
        Api.Worker.Log.ShouldNotContain(x => x.Contains(AccessRun.Operator, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_LiveFeed_IsOpenedByTheCookieAlone()
    {
        using var client = Browser();
        using var signedIn = await SignInAsync(client, AccessRun.Reader, "/");

        using var feed = await client.GetAsync("/api/v1/feed", HttpCompletionOption.ResponseHeadersRead, Ct);

        (feed.StatusCode, feed.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, "text/event-stream"));
    }

    [Fact]
    public async Task SignIn_ThroughAProxyThatSpeaksTls_MakesTheCookieSecure()
    {
        using var client = Browser();

        using var signedIn = await SignInAsync(
            client, AccessRun.Reader, "/", ("Origin", $"https://{Api.Address.Authority}"), ("Sec-Fetch-Site", "same-origin"));

        signedIn.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ShouldContain("; secure", Case.Insensitive);
    }

    [Fact]
    public async Task SignIn_WithAWrongKey_SaysSoAndSetsNothing()
    {
        using var client = Browser();

        using var response = await SignInAsync(client, ApiKey.Create(), "/x\"><script>");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var page = await response.Content.ReadAsStringAsync(Ct);
        page.ShouldContain("none of the worker");
        page.ShouldContain("value=\"/x&quot;&gt;&lt;script&gt;\"");
    }

    [Fact]
    public async Task SignIn_WithTooManyWrongKeys_IsSlowedDownAndTheRightOneIsNot()
    {
        await using var run = await ApiRun.StartAsync(
            AccessRun.Definition, Ct, settings: new Dictionary<string, string?>(AccessRun.Keys) { ["Sagas:Api:FailuresPerMinute"] = "1" });
        using var client = Browser(run);

        (await SignInAsync(client, ApiKey.Create(), "/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SignInAsync(client, ApiKey.Create(), "/")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await SignInAsync(client, AccessRun.Reader, "/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    /// <summary>Requests within the hour keep it; nothing keeps it beyond twelve hours.</summary>
    [Theory]
    [InlineData(61, 0)]
    [InlineData(50, 14)]
    public async Task Session_BeyondItsTime_IsOver(int minutesBetween, int requestsWithin)
    {
        var clock = new FakeClock();
        clock.AdvanceTo(TimeProvider.System.GetUtcNow().UtcDateTime);
        await using var run = await ApiRun.StartAsync(
            AccessRun.Definition,
            Ct,
            settings: AccessRun.Keys,
            configure: services => services.PostConfigure<CookieAuthenticationOptions>(Session.Scheme, x => x.TimeProvider = clock));
        using var client = Browser(run);
        using var signedIn = await SignInAsync(client, AccessRun.Reader, "/");

        for (var request = 1; request <= requestsWithin; request++)
        {
            clock.Advance(TimeSpan.FromMinutes(minutesBetween));
            (await client.GetAsync(AccessRun.Sagas, Ct)).StatusCode.ShouldBe(HttpStatusCode.OK, $"request {request}");
        }

        clock.Advance(TimeSpan.FromMinutes(minutesBetween));
        (await client.GetAsync(AccessRun.Sagas, Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task SignIn_LeadingElsewhere_LeadsHome(string returnUrl)
    {
        using var client = Browser();

        using var response = await SignInAsync(client, AccessRun.Reader, returnUrl);

        response.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task Cookie_BesideAWrongKey_DoesNotMakeItGood()
    {
        using var client = Browser();
        using var signedIn = await SignInAsync(client, AccessRun.Reader, "/");
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {ApiKey.Create()}");

        (await client.GetAsync(AccessRun.Sagas, Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Cookie_OfAnotherWorker_IsNone()
    {
        await using var other = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: AccessRun.Keys);
        using var client = Browser(other);
        using var signedIn = await SignInAsync(client, AccessRun.Reader, "/");
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        (await other.AskAsync("GET", AccessRun.Sagas, null, Ct, null, $"Cookie: {cookie}")).Status.ShouldBe(200);
        (await Api.AskAsync("GET", AccessRun.Sagas, null, Ct, null, $"Cookie: {cookie}")).Status.ShouldBe(401);
    }

    /// <summary>As after a restart with other settings, or on another worker behind the same address.</summary>
    [Proves("access-key-withdrawn")]
    [Fact]
    public async Task Session_WhoseKeysAreShared_GoesOnElsewhereAsLongAsItsKeyIsConfigured()
    {
        var folder = Directory.CreateTempSubdirectory("sagas-keys-");
        try
        {
            var settings = new Dictionary<string, string?>(AccessRun.Keys) { ["Sagas:Api:SessionKeyPath"] = folder.FullName };
            await using var first = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: settings);
            using var client = Browser(first);
            using var signedIn = await SignInAsync(client, AccessRun.Reader, "/");
            var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

            settings["Sagas:Api:Keys:reader:Hash"] = ApiKey.HashOf(ApiKey.Create());
            await using var withoutKey = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: settings);
            settings["Sagas:Api:Keys:reader:Hash"] = ApiKey.HashOf(AccessRun.Reader);
            await using var second = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: settings);
            settings["Sagas:Api:Keys:reader:Roles"] = "read,operate";
            await using var withOtherRoles = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: settings);

            (await withOtherRoles.AskAsync("GET", AccessRun.Sagas, null, Ct, null, $"Cookie: {cookie}")).Status.ShouldBe(401);
            (await second.AskAsync("GET", AccessRun.Sagas, null, Ct, null, $"Cookie: {cookie}")).Status.ShouldBe(200);
            (await withoutKey.AskAsync("GET", AccessRun.Sagas, null, Ct, null, $"Cookie: {cookie}")).Status.ShouldBe(401);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static async Task<HttpResponseMessage> SignInAsync(
        HttpClient client, string key, string returnUrl, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([new("key", key), new("returnUrl", returnUrl)]),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request, Ct);
    }

    internal static HttpClient Browser(ApiRun run) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = run.Address };

    private static StringContent Json(string body = """{ "name": "order" }""") =>
        new(body, System.Text.Encoding.UTF8, "application/json");

    private HttpClient Browser() => Browser(Api);

    /// <summary>One worker for most of them, which lets a key try as often as it likes.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal ApiRun Run { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Run = await ApiRun.StartAsync(
            AccessRun.Definition, CancellationToken.None, _ => null, AccessRun.Keys);

        public ValueTask DisposeAsync() => Run.DisposeAsync();
    }
}
