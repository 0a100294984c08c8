using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sagas.Tests.Inspector;

/// <summary>What operators do on the page, in a real browser.</summary>
[Collection(SharedBrowser.Name)]
[Trait("Needs", "Browser")]
public sealed class InspectorStoryTests(InspectorBrowser browser) : IAsyncLifetime
{
    private InspectorWorker _worker = null!;

    public async ValueTask InitializeAsync() => _worker = await InspectorWorker.StartAsync();

    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    [Fact]
    public async Task Operator_WhoKnowsNothing_FindsOutWhyASagaIsStuckAndMendsIt()
    {
        await _worker.StartFineAsync();
        var stuck = await _worker.StartStuckAsync();
        await _worker.StartFineAsync();
        await using var window = await browser.OpenAsync(_worker.Address);
        var page = window.Page;

        // The page says at once that somebody is needed, and has the saga in the first place with its reason.
        await window.GoAsync("/");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Alerts that hold now" })).ToContainTextAsync("1 saga waits for an operator");
        var first = page.Locator(".sagas tbody tr").First;
        await Expect(first).ToContainTextAsync("Suspended");
        await Expect(first).ToContainTextAsync("undoing 'reserve-stock' failed: WAREHOUSE_CLOSED: The warehouse takes nothing back on Sundays.");

        // Its own page says why, what came before it, and what can be done.
        await first.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Uri(_worker.Address, $"/sagas/{stuck}").ToString());
        await window.UntilLiveAsync();
        var verdict = page.GetByRole(AriaRole.Region, new() { Name = "Why it is where it is" });
        await Expect(verdict).ToContainTextAsync("Stuck, because");
        await Expect(verdict).ToContainTextAsync("WAREHOUSE_CLOSED: The warehouse takes nothing back on Sundays.");
        await Expect(verdict).ToContainTextAsync("'book-shipment' failed: NO_CARRIER");
        await Expect(verdict).ToContainTextAsync("an operator: nothing happens by itself since");
        var lane = page.GetByRole(AriaRole.Img, new() { Name = "reserve-stock:" });
        (await lane.GetAttributeAsync("aria-label")).ShouldNotBeNull().ShouldEndWith("the saga was suspended here");

        // The cause is mended, and the operator says so.
        _worker.IsWarehouseOpen = true;
        await page.GetByText("Retry…").ClickAsync();
        await Expect(verdict).ToContainTextAsync("Try again to undo 'reserve-stock', once its cause is mended.");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason, for the record" }).FillAsync("the warehouse is open again");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Your name" }).FillAsync("Zoë of the night shift");
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true }).ClickAsync();

        // The page follows to the end by itself, and the history has who and why.
        await Expect(page.Locator("#answer")).ToContainTextAsync("done and recorded");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Compensated");
        await Expect(page.Locator("#news")).ToHaveTextAsync("The saga is Compensated");
        var retried = page.Locator(".history tr", new() { HasText = "SagaRetried" });
        await Expect(retried).ToContainTextAsync("Zoë of the night shift");
        await Expect(retried).ToContainTextAsync("the warehouse is open again");
        await Expect(page.GetByText("What you can do")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task List_SagaThatChanges_IsShownWithoutLosingWhatIsTyped()
    {
        await _worker.StartFineAsync();
        await using var window = await browser.OpenAsync(_worker.Address);
        var page = window.Page;
        await window.GoAsync("/");
        var search = page.GetByRole(AriaRole.Searchbox);
        await search.PressSequentiallyAsync("half a wo");
        await page.EvaluateAsync("window.same = true");

        var stuck = await _worker.StartStuckAsync();

        await Expect(page.Locator($"tr[data-key='{stuck}']")).ToContainTextAsync("Suspended");
        await Expect(page.Locator(".tile", new() { HasText = "Suspended" }).Locator(".count")).ToHaveTextAsync("1");
        await Expect(page.Locator("#news")).ToHaveTextAsync("1 Suspended");
        await Expect(search).ToHaveValueAsync("half a wo");
        await Expect(search).ToBeFocusedAsync();
        (await page.EvaluateAsync<bool>("window.same")).ShouldBeTrue("the page was loaded again");
    }

    [Proves("page-connection-lost")]
    [Fact]
    public async Task Saga_ThatChangesWhileAReasonIsTyped_LeavesTheReasonAlone()
    {
        var stuck = await _worker.StartStuckAsync();
        await using var window = await browser.OpenAsync(_worker.Address);
        var page = window.Page;
        await window.GoAsync($"/sagas/{stuck}");
        await page.GetByText("Retry…").ClickAsync();
        var reason = page.GetByRole(AriaRole.Textbox, new() { Name = "Reason, for the record" });
        await reason.FillAsync("the ware");

        // Somebody else is quicker, and in vain.
        using var other = new HttpClient();
        await other.PostAsync(
            new Uri(_worker.Address, $"/api/v1/sagas/{stuck}/retry"),
            new StringContent("""{"reason":"me first"}""", System.Text.Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);

        await Expect(page.Locator(".history tr", new() { HasText = "SagaSuspended" })).ToHaveCountAsync(2);
        await Expect(reason).ToHaveValueAsync("the ware");
        await Expect(reason).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Abort_AsksFirst_AndARefusalIsShown()
    {
        var stuck = await _worker.StartStuckAsync();
        await using var window = await browser.OpenAsync(_worker.Address);
        window.IsExpected = x => x.Contains("409", StringComparison.Ordinal);
        var page = window.Page;
        await window.GoAsync($"/sagas/{stuck}");
        await page.GetByText("Abort…").ClickAsync();
        var form = page.Locator("form[data-action$='/abort']");
        var abort = form.GetByRole(AriaRole.Button, new() { Name = "Abort" });
        await form.GetByLabel("Reason, for the record").FillAsync("settled by phone");

        await abort.ClickAsync();

        (await form.GetByRole(AriaRole.Checkbox).EvaluateAsync<bool>("x => x.matches(':invalid')")).ShouldBeTrue();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Suspended");

        // By now the saga is in another state than the page knew.
        await page.RouteAsync("**/abort", route => route.FulfillAsync(new()
        {
            Status = 409,
            ContentType = "application/problem+json",
            Body = """{"detail":"AbortSaga is for a saga that is Suspended."}""",
        }));
        await form.GetByRole(AriaRole.Checkbox).CheckAsync();
        await abort.ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToHaveTextAsync("AbortSaga is for a saga that is Suspended.");

        await page.UnrouteAsync("**/abort");
        await abort.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Aborted");
        await Expect(page.Locator(".verdict")).ToContainTextAsync("settled by phone");
    }

    [Fact]
    public async Task Keys_Alone_LeadFromTheListToTheAnswer()
    {
        var stuck = await _worker.StartStuckAsync();
        await _worker.StartFineAsync();
        _worker.IsWarehouseOpen = true;
        await using var window = await browser.OpenAsync(_worker.Address);
        var page = window.Page;
        var keys = page.Keyboard;
        await window.GoAsync("/");

        await keys.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await keys.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await keys.PressAsync("j");
        await Expect(page.Locator(".sagas a.open").Nth(0)).ToBeFocusedAsync();
        await keys.PressAsync("j");
        await Expect(page.Locator(".sagas a.open").Nth(1)).ToBeFocusedAsync();
        await keys.PressAsync("k");
        await keys.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Uri(_worker.Address, $"/sagas/{stuck}").ToString());
        await window.UntilLiveAsync();

        var retry = page.Locator("summary", new() { HasText = "Retry…" });
        for (var i = 0; i < 20 && !await retry.EvaluateAsync<bool>("x => x === document.activeElement"); i++)
        {
            await keys.PressAsync("Tab");
        }

        (await retry.EvaluateAsync<string>("x => getComputedStyle(x).outlineStyle")).ShouldBe("solid", "the focus is not to be seen");
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Reason, for the record" })).ToBeFocusedAsync();
        await keys.TypeAsync("by keys j k / ?");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Compensated");
        await Expect(page.Locator(".history")).ToContainTextAsync("by keys j k / ?");
        await keys.PressAsync("h");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeVisibleAsync();
    }

    [Proves("page-connection-lost")]
    [Fact]
    public async Task Feed_Lost_IsSaidAndTakenUpAgain()
    {
        var stuck = await _worker.StartStuckAsync();
        await using var window = await browser.OpenAsync(_worker.Address);
        window.IsExpected = x => x.Contains("Failed to load resource", StringComparison.Ordinal) || x.Contains("net::ERR", StringComparison.Ordinal);
        var page = window.Page;
        await window.GoAsync($"/sagas/{stuck}");
        var connection = page.Locator("#connection");

        await page.Context.SetOfflineAsync(true);
        await Expect(connection).ToContainTextAsync("trying again");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Suspended");
        await page.Context.SetOfflineAsync(false);

        await Expect(connection).ToHaveTextAsync("Live");
    }
}
