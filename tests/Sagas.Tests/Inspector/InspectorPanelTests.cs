using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sagas.Orchestration.Resilience;
using Sagas.Persistence.Store;
using Sagas.Tests.Operations.Access;
using Sagas.Tests.Operations.Api;
using static Microsoft.Playwright.Assertions;

namespace Sagas.Tests.Inspector;

/// <summary>The list's filters and pages, the panels beside it, and who may see what, in a real browser.</summary>
[Collection(SharedBrowser.Name)]
[Trait("Needs", "Browser")]
public sealed class InspectorPanelTests(InspectorBrowser browser)
{
    [Fact]
    public async Task List_FilteredAndPaged_HasItAllInTheAddress()
    {
        await using var worker = await InspectorWorker.StartAsync(("Sagas:Api:PageSize", "10"));
        await PictureShop.OpenAsync(worker.Worker, TestContext.Current.CancellationToken);
        await using var window = await browser.OpenAsync(worker.Address);
        var page = window.Page;
        var rows = page.Locator(".sagas tbody tr");
        await window.GoAsync("/");
        await Expect(rows).ToHaveCountAsync(10);
        await Expect(rows.First).ToContainTextAsync("Suspended");

        await page.GetByRole(AriaRole.Link, new() { Name = "28 Completed" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Definition" }).SelectOptionAsync("refund");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("state=Completed.*name=refund"));
        await window.UntilLiveAsync();
        foreach (var text in await rows.AllInnerTextsAsync())
        {
            text.ShouldContain("Completed");
            text.ShouldContain("refund v1");
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "All", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "28 Completed" }).ClickAsync();
        await window.UntilLiveAsync();
        var first = await rows.First.GetAttributeAsync("data-key");
        await page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Expect(page.Locator($"tr[data-key='{first}']")).ToHaveCountAsync(0);
        await Expect(rows).ToHaveCountAsync(10);
        await page.GetByRole(AriaRole.Link, new() { Name = "First page" }).ClickAsync();
        await Expect(rows.First).ToHaveAttributeAsync("data-key", first!);

        await window.GoAsync("/");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("warehouse");
        await page.Keyboard.PressAsync("Enter");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("text=warehouse"));
    }

    [Fact]
    public async Task Page_WithoutScript_CanBeReadAndFiltered()
    {
        await using var worker = await InspectorWorker.StartAsync();
        var stuck = await worker.StartStuckAsync();
        await worker.StartFineAsync();
        await using var window = await browser.OpenAsync(worker.Address, hasScript: false);
        var page = window.Page;

        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Searchbox).FillAsync(stuck.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator(".sagas tbody tr")).ToHaveCountAsync(1);
        await page.Locator(".sagas a.open").ClickAsync();

        await Expect(page.GetByText("WAREHOUSE_CLOSED").First).ToBeVisibleAsync();
        await Expect(page.GetByText("To do it here takes script")).ToBeVisibleAsync();
        await Expect(page.GetByText($"sagas retry {stuck}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ParkedMessageAndOpenCircuit_AreAlertsUntilAnOperatorHasMendedThem()
    {
        await using var worker = await InspectorWorker.StartAsync();
        await PictureShop.OpenAsync(worker.Worker, TestContext.Current.CancellationToken);
        var breaker = worker.Worker.Services.GetRequiredService<CircuitBreakers>().Of("bank.example:443");
        for (var i = 0; i < 10; i++)
        {
            breaker.Leave(breaker.Enter(out _).ShouldNotBeNull(), CallVerdict.Failure);
        }

        await using var window = await browser.OpenAsync(worker.Address);
        var page = window.Page;
        await window.GoAsync("/");
        var alerts = page.GetByRole(AriaRole.Region, new() { Name = "Alerts that hold now" });
        await Expect(alerts).ToContainTextAsync("The circuit breaker of bank.example:443 is open");
        await Expect(alerts).ToContainTextAsync("1 message is parked in the outbox");

        var circuits = page.GetByRole(AriaRole.Region, new() { Name = "Circuit breakers" });
        await Expect(circuits).ToContainTextAsync("10 of 10 calls failed");
        await circuits.GetByText("Reset…").ClickAsync();
        await circuits.GetByRole(AriaRole.Textbox, new() { Name = "Reason, for the record" }).FillAsync("the bank is back");
        await circuits.GetByRole(AriaRole.Button, new() { Name = "Reset", Exact = true }).ClickAsync();
        await Expect(alerts).Not.ToContainTextAsync("bank.example");

        var outbox = page.GetByRole(AriaRole.Region, new() { Name = "Outbox" });
        await Expect(outbox).ToContainTextAsync("NOT_FOUND: no exchange 'billing'");
        await outbox.GetByText("Discard…").ClickAsync();
        await outbox.GetByRole(AriaRole.Textbox, new() { Name = "Reason, for the record" }).FillAsync("billing is gone");
        await outbox.GetByRole(AriaRole.Checkbox).CheckAsync();
        await outbox.GetByRole(AriaRole.Button, new() { Name = "Discard", Exact = true }).ClickAsync();
        await Expect(alerts).Not.ToContainTextAsync("parked");
        (await worker.Worker.ScalarAsync("select count(*) from outbox_message where parked_at is not null")).ShouldBe(0L);
    }

    [Fact]
    public async Task Reader_WhoMayNeitherOperateNorSeePayloads_IsShownNeither()
    {
        await using var worker = await InspectorWorker.StartAsync([.. AccessRun.Keys.Select(x => (x.Key, x.Value!))]);
        await PictureShop.OpenAsync(worker.Worker, TestContext.Current.CancellationToken);
        await using var window = await browser.OpenAsync(worker.Address);
        var page = window.Page;

        await page.GotoAsync($"/sagas/{PictureShop.Stuck}");
        await page.GetByLabel("API key").FillAsync(AccessRun.Reader);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.UntilLiveAsync();

        await Expect(page.GetByText("WAREHOUSE_CLOSED").First).ToBeVisibleAsync();
        await Expect(page.GetByText("takes the role “operate”")).ToBeVisibleAsync();
        await Expect(page.GetByText("takes the role “payloads”")).ToHaveCountAsync(2);
        (await page.ContentAsync()).ShouldNotContain("LAMP-2");
        await Expect(page.Locator(".action")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByLabel("API key")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Operator_WhoSignedIn_IsNamedInTheHistoryAsTheKey()
    {
        await using var worker = await InspectorWorker.StartAsync([.. AccessRun.Keys.Select(x => (x.Key, x.Value!))]);
        var stuck = await worker.StartStuckAsync();
        worker.IsWarehouseOpen = true;
        await using var window = await browser.OpenAsync(worker.Address);
        var page = window.Page;
        await page.GotoAsync($"/sagas/{stuck}");
        await page.GetByLabel("API key").FillAsync(AccessRun.Operator);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.UntilLiveAsync();

        await page.GetByText("Retry…").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Your name" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason, for the record" }).FillAsync("open again");
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Compensated");
        await Expect(page.Locator(".history tr", new() { HasText = "SagaRetried" })).ToContainTextAsync("operator operator; reason open again");
    }

    [Proves("page-database-away")]
    [Fact]
    public async Task Database_Away_IsSaidOnThePageUntilItIsBack()
    {
        var reads = new SlowReads();
        await using var worker = await InspectorWorker.StartAsync(
            services => services.ConfigureDbContext<SagaStoreDbContext>(x => x.AddInterceptors(reads)),
            ("Sagas:Api:HandlerTimeout", "1s"));
        var stuck = await worker.StartStuckAsync();
        await using var window = await browser.OpenAsync(worker.Address);
        window.IsExpected = x => x.Contains("Failed to load resource", StringComparison.Ordinal);
        await window.GoAsync($"/sagas/{stuck}");
        await using var another = await browser.OpenAsync(worker.Address);
        another.IsExpected = window.IsExpected;

        reads.Close();
        try
        {
            await another.Page.GotoAsync("/");
            await Expect(another.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("The database does not answer in time");
            await window.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
            await Expect(window.Page.Locator("#connection")).ToContainTextAsync("database does not answer", new() { Timeout = 20_000 });
            await Expect(window.Page.GetByText("WAREHOUSE_CLOSED").First).ToBeVisibleAsync();
        }
        finally
        {
            reads.Open();
        }

        await Expect(window.Page.Locator("#connection")).ToHaveTextAsync("Live", new() { Timeout = 30_000 });
        await Expect(another.Page.GetByRole(AriaRole.Searchbox)).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }
}
