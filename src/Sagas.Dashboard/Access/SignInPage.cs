using System.Text.Encodings.Web;

namespace Sagas.Dashboard.Access;

/// <summary>The page on which people sign in. It needs no script.</summary>
internal static class SignInPage
{
    public const string Styles = """
        :root { color-scheme: light dark; font-family: system-ui, sans-serif; }
        body { display: grid; place-items: center; min-height: 90vh; margin: 0; }
        form { display: grid; gap: 0.75rem; width: min(22rem, 90vw); }
        h1 { font-size: 1.25rem; margin: 0; }
        input, button { font: inherit; padding: 0.5rem 0.75rem; }
        p { margin: 0; }
        .mistake { color: #b3261e; }
        @media (prefers-color-scheme: dark) { .mistake { color: #ff8a80; } }
        """;

    /// <param name="returnUrl">Where to go on.</param>
    /// <param name="mistake">What was wrong with the key before, or nothing.</param>
    public static string Of(string returnUrl, string mistake) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>Sign in · Sagas</title>
          <link rel="stylesheet" href="{SignInEndpoints.StylesPath}">
        </head>
        <body>
          <form method="post" action="{SignInEndpoints.Path}">
            <h1>Sagas</h1>
            <label for="key">API key</label>
            <input id="key" name="key" type="password" autocomplete="current-password" required
                   autofocus{Described(mistake)}>
            <input name="returnUrl" type="hidden" value="{HtmlEncoder.Default.Encode(returnUrl)}">
            <p id="mistake" class="mistake" role="alert">{HtmlEncoder.Default.Encode(mistake)}</p>
            <button>Sign in</button>
          </form>
        </body>
        </html>
        """;

    private static string Described(string mistake) =>
        mistake.Length == 0 ? "" : " aria-invalid=\"true\" aria-describedby=\"mistake\"";
}
