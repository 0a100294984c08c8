using System.Net;
using Sagas.Tests.Operations.CommandLine;

namespace Sagas.Tests.Inspector;

/// <summary>The pages as they come from the worker, before any script has run.</summary>
public sealed class InspectorPageTests(CommandLineWorker worker) : IClassFixture<CommandLineWorker>, IDisposable
{
    private const string Nobody = "0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e";

    private readonly HttpClient _client = new() { BaseAddress = new Uri(worker.Url) };

    [Fact]
    public async Task Home_SuspendedSaga_IsTheFirstWithItsReason()
    {
        var stuck = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");
        await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");

        var (status, text) = await GetAsync("/");

        status.ShouldBe(HttpStatusCode.OK);
        var rows = text.Split("<tr class=\"")[1];
        rows.ShouldStartWith("urgent");
        rows.ShouldContain("WAREHOUSE_CLOSED");
        text.ShouldContain($"/sagas/{stuck}");

        // The figures may be somewhat older than the list.
        await Eventually.HoldsAsync(
            "the alert",
            async () => (await GetAsync("/")).Text.Contains("for an operator", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Saga_Suspended_SaysWhyAndWhatCanBeDone()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");

        var (status, text) = await GetAsync($"/sagas/{id}");

        status.ShouldBe(HttpStatusCode.OK);
        var plain = WebUtility.HtmlDecode(text);
        plain.ShouldContain("undoing 'reserve-stock' failed: WAREHOUSE_CLOSED");
        plain.ShouldContain("'charge-card' failed: CARD_DECLINED");
        plain.ShouldContain("an operator: nothing happens by itself since");
        plain.ShouldContain($"/api/v1/sagas/{id}/retry");
        plain.ShouldContain($"sagas skip {id} --step reserve-stock");
        plain.ShouldContain($"from saga_step where saga_id = '{id}'");
        plain.ShouldContain("\"fate\": \"stuck\"");
    }

    [Fact]
    public async Task Saga_Ended_OffersNothing()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Fine, "Completed");

        var (status, text) = await GetAsync($"/sagas/{id}");

        status.ShouldBe(HttpStatusCode.OK);
        text.ShouldContain("nothing: it has ended");
        text.ShouldNotContain("What you can do");
        text.ShouldNotContain("data-action");
    }

    /// <summary>As monitors ask, which want to know no more than whether a page is there.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/definitions")]
    [InlineData("/inspector/inspector.css")]
    public async Task Head_Page_IsAnsweredAsAGetWithoutTheBody(string path)
    {
        using var page = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentType.ShouldBe(page.Content.Headers.ContentType);
        (await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData($"/sagas/{Nobody}", HttpStatusCode.NotFound, "There is no such saga")]
    [InlineData("/sagas/what", HttpStatusCode.BadRequest, "is no saga id")]
    [InlineData("/nowhere", HttpStatusCode.NotFound, "There is nothing at /nowhere")]
    [InlineData("/?state=Sleeping", HttpStatusCode.BadRequest, "is no state")]
    [InlineData("/?cursor=abc", HttpStatusCode.BadRequest, "cursor")]
    public async Task Page_ThatCannotBeShown_SaysWhyInHtml(string path, HttpStatusCode expected, string why)
    {
        var (status, text) = await GetAsync(path);

        status.ShouldBe(expected);
        text.ShouldContain("<h1>");
        WebUtility.HtmlDecode(text).ShouldContain(why);
    }

    [Fact]
    public async Task Problem_OfTheApi_IsJsonForABrowserToo()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sagas/{Nobody}");
        request.Headers.Add("Accept", "text/html");

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Definitions_Loaded_AreListedWithTheirSteps()
    {
        var (status, text) = await GetAsync("/definitions");

        status.ShouldBe(HttpStatusCode.OK);
        text.ShouldContain("<strong>order</strong> v1");
        text.ShouldContain("<li>reserve-stock</li><li>charge-card</li>");
    }

    [Theory]
    [InlineData("/inspector/inspector.css", "text/css")]
    [InlineData("/inspector/inspector.js", "text/javascript")]
    [InlineData("/inspector/icon.svg", "image/svg+xml")]
    public async Task Asset_AskedForAgain_IsNotSentAgain(string path, string contentType)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var first = await _client.GetAsync(path, cancellation);
        first.Content.Headers.ContentType!.MediaType.ShouldBe(contentType);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await _client.SendAsync(again, cancellation);

        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Pages_AsTheyCome_HaveNothingInlineThatABrowserWouldRefuse()
    {
        var id = await worker.StartSagaAsync(CommandLineWorker.Stuck, "Suspended");
        foreach (var path in new[] { "/", $"/sagas/{id}", "/definitions", "/nowhere" })
        {
            var (_, text) = await GetAsync(path);

            text.ShouldNotContain(" style=");
            text.ShouldNotContain("<style");
            text.ShouldNotMatch(@"<script(?![^>]*\ssrc=)");
            text.ShouldNotMatch(@"\son[a-z]+=");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html,application/xhtml+xml");
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
