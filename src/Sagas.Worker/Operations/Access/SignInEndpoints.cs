using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Worker.Operations.Api;
using Sagas.Worker.Telemetry;

namespace Sagas.Worker.Operations.Access;

/// <summary>
/// Lets people sign in with a browser. What they are shown after it comes from the same worker, so that pages and live
/// feeds, which cannot send a header, are allowed what the key is.
/// </summary>
internal static class SignInEndpoints
{
    /// <summary>Where people sign in.</summary>
    public const string Path = "/sign-in";

    /// <summary>Where they sign out, by POST.</summary>
    public const string OutPath = "/sign-out";

    /// <summary>How the page looks.</summary>
    public const string StylesPath = "/sign-in.css";

    private const string ReturnUrl = "returnUrl";
    private const string Key = "key";

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/").AllowAnonymous().ExcludeFromDescription();
        pages.MapPage(Path, Show);
        pages.MapPost(Path, SignInAsync);
        pages.MapPost(OutPath, SignOutAsync);
        pages.MapPage(StylesPath, () => TypedResults.Text(SignInPage.Styles, "text/css"));
    }

    /// <summary>Where to send who asks for a page before having signed in.</summary>
    public static string AddressFor(HttpRequest request) =>
        $"{Path}{QueryString.Create(ReturnUrl, $"{request.Path}{request.QueryString}")}";

    private static IResult Show(HttpRequest request, IOptions<ApiOptions> options) => options.Value.DemandsCredentials
        ? Page(StatusCodes.Status200OK, request.Query[ReturnUrl].ToString(), "")
        : TypedResults.LocalRedirect("/");

    private static async Task<IResult> SignInAsync(
        HttpContext context,
        ApiKeys keys,
        AuthenticationFailures failures,
        TimeProvider clock,
        ILogger<AuthenticationFailures> logger)
    {
        if (!context.Request.HasFormContentType)
        {
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (key, returnUrl) = (form[Key].ToString().Trim(), form[ReturnUrl].ToString());
        if (keys.Find(key) is not { } principal)
        {
            return failures.Note(context, AuthenticationReasons.UnknownKey) is { } seconds
                ? new ProblemResult(AccessProblems.TooManyFailures(seconds))
                : Page(StatusCodes.Status401Unauthorized, returnUrl, "This is none of the worker's keys.");
        }

        await Session.BeginAsync(context, key, clock);
        logger.SignedIn(principal.Identity!.Name!, CallerAddress.TextOf(context));
        return TypedResults.LocalRedirect(IsLocal(returnUrl) ? returnUrl : "/");
    }

    private static async Task SignOutAsync(HttpContext context)
    {
        await Session.EndAsync(context);
        context.Response.Redirect(Path);
    }

    // What begins with two slashes, or a backslash, is another site to a browser.
    private static bool IsLocal(string url) =>
        url is ['/'] or ['/', not ('/' or '\\'), ..] && !url.Any(char.IsControl);

    private static ContentHttpResult Page(int status, string returnUrl, string mistake) =>
        TypedResults.Text(SignInPage.Of(returnUrl, mistake), "text/html", statusCode: status);
}
