using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sagas.Dashboard.Api;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Dashboard.Access;

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
    private const string FormType = "application/x-www-form-urlencoded";

    // Room for the longest address to return to, with each character encoded.
    private const long LargestForm = 32 * 1024;

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
        [SagaClock] TimeProvider clock,
        ILogger<AuthenticationFailures> logger)
    {
        if (await ReadAsync(context) is not { } form)
        {
            return failures.Note(context, AuthenticationReasons.Malformed) is { } wait
                ? new ProblemResult(AccessProblems.TooManyFailures(wait))
                : new ProblemResult(AccessProblems.MalformedSignIn());
        }

        var (key, returnUrl) = (form[Key].ToString().Trim(), form[ReturnUrl].ToString());
        if (keys.Find(key) is not { } principal || keys.FingerprintOf(key) is not { } fingerprint)
        {
            return failures.Note(context, AuthenticationReasons.UnknownKey) is { } seconds
                ? new ProblemResult(AccessProblems.TooManyFailures(seconds))
                : Page(StatusCodes.Status401Unauthorized, returnUrl, "This is none of the worker's keys.");
        }

        await Session.BeginAsync(context, fingerprint, clock);
        logger.SignedIn(principal.Identity!.Name!, CallerAddress.TextOf(context));
        return TypedResults.LocalRedirect(IsLocal(returnUrl) ? returnUrl : "/");
    }

    /// <summary>The form as browsers send this page's; <see langword="null"/> for anything else.</summary>
    private static async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LargestForm;
        try
        {
            return await context.Request.ReadFormAsync(
                new FormOptions { BufferBodyLengthLimit = LargestForm, ValueCountLimit = 8 }, context.RequestAborted);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever a form cannot be read for (its charset, its escapes, its chunks, its size) came with it.
            return null;
        }
    }

    private static async Task SignOutAsync(HttpContext context, EndedSessions ended)
    {
        await Session.EndAsync(context, ended);
        context.Response.Redirect(Path);
    }

    // What begins with two slashes, or a backslash, is another site to a browser.
    private static bool IsLocal(string url) =>
        url is ['/'] or ['/', not ('/' or '\\'), ..] && !url.Any(char.IsControl);

    private static ContentHttpResult Page(int status, string returnUrl, string mistake) =>
        TypedResults.Text(SignInPage.Of(returnUrl, mistake), "text/html", statusCode: status);
}
