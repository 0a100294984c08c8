using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Sagas.Tests.Inspector;

/// <summary>
/// A window of the browser. Whatever its script or its console complains of fails the test when it is closed.
/// </summary>
internal sealed class InspectorWindow : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    private InspectorWindow(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(20_000);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !IsExpected(message.Text))
            {
                _complaints.Enqueue($"{message.Type}: {message.Text}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>What the browser may say of answers and connections that a test breaks on purpose.</summary>
    public Predicate<string> IsExpected { get; set; } = _ => false;

    public static async Task<InspectorWindow> OpenAsync(IBrowserContext context) => new(context, await context.NewPageAsync());

    /// <summary>Goes to a path, and waits until the page keeps itself up to date.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await UntilLiveAsync();
    }

    public Task UntilLiveAsync() => Assertions.Expect(Page.Locator("#connection.live")).ToBeVisibleAsync();

    /// <summary>How much of the page is wider than the window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        _complaints.ShouldBeEmpty();
    }
}
