using Microsoft.Playwright;

namespace Sagas.Tests.Inspector;

/// <summary>A real browser, one for all tests of the page.</summary>
public sealed class InspectorBrowser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var program = Find() ?? throw new InvalidOperationException(
            "These tests need Chromium, and there is none. Run 'eng/browser', which installs it, or set CHROMIUM to its path.");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A browser's window of its own on a worker.</summary>
    internal async Task<InspectorWindow> OpenAsync(
        Uri worker, int width = 1280, ColorScheme scheme = ColorScheme.Light, bool hasScript = true, int height = 900)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = worker.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            JavaScriptEnabled = hasScript,
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        return await InspectorWindow.OpenAsync(context);
    }

    private static string? Find() => Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
}
