using Microsoft.Playwright;

namespace Sagas.Tests.Inspector;

/// <summary>
/// The pages as they look: in light and dark, wide and as narrow as a phone. With SAGAS_PICTURES set to a folder, as
/// eng/pictures does, the pictures of the documentation are taken there.
/// </summary>
[Collection(SharedBrowser.Name)]
[Trait("Needs", "Browser")]
public sealed class InspectorPictureTests(InspectorBrowser browser, PictureWorker worker) : IClassFixture<PictureWorker>
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("SAGAS_PICTURES");

    [Theory]
    [InlineData("home", 1280, 620, ColorScheme.Light)]
    [InlineData("home-dark", 1280, 620, ColorScheme.Dark)]
    [InlineData("home-phone", 360, 780, ColorScheme.Light)]
    [InlineData("saga", 1120, 760, ColorScheme.Light)]
    [InlineData("saga-dark", 1120, 760, ColorScheme.Dark)]
    [InlineData("saga-phone", 360, 780, ColorScheme.Dark)]
    [InlineData("definitions-phone", 360, 780, ColorScheme.Light)]
    public async Task Page_OfAnyWidthAndColour_FitsAndIsReadable(string name, int width, int height, ColorScheme scheme)
    {
        await using var window = await browser.OpenAsync(worker.Address, width, scheme, height: height);
        var path = name.StartsWith("saga", StringComparison.Ordinal) ? $"/sagas/{PictureShop.Stuck}"
            : name.StartsWith("home", StringComparison.Ordinal) ? "/" : "/definitions";
        await window.Page.GotoAsync(path);
        if (path != "/definitions")
        {
            await window.UntilLiveAsync();
        }

        if (Folder is not null)
        {
            await window.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"inspector-{name}.png"), Animations = ScreenshotAnimations.Disabled });
        }

        (await window.OverflowAsync()).ShouldBe(0, "the page is wider than the window");
        (await window.Page.EvaluateAsync<string[]>(ContrastScript)).ShouldBeEmpty();
    }

    /// <summary>Names every text whose contrast with what is behind it is below 4.5 : 1 (WCAG 2, AA).</summary>
    private const string ContrastScript = """
        () => {
          const parse = text => {
            const [r, g, b, a] = text.match(/[\d.]+/g).map(Number);
            return { r, g, b, a: a ?? 1 };
          };
          const light = ({ r, g, b }) => {
            const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
          };
          const behind = element => {
            for (let at = element; at; at = at.parentElement) {
              const colour = parse(getComputedStyle(at).backgroundColor);
              if (colour.a === 1) return colour;
            }
            return { r: 255, g: 255, b: 255 };
          };
          const poor = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!walker.currentNode.nodeValue.trim() || !element.checkVisibility() || element.closest('svg, .unseen, script, noscript')) continue;
            const [one, other] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
            const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            if (ratio < 4.5) poor.push(`${walker.currentNode.nodeValue.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
          }
          return [...new Set(poor)];
        }
        """;
}
