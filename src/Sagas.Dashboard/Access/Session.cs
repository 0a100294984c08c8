using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>
/// The session of a browser that signed in with a key: a cookie that scripts cannot read, that other sites' pages do
/// not send, and that holds, encrypted, the session's id and the key's fingerprint. With every request both are looked up
/// anew: a session that was signed out has ended, and a key that is no longer configured, or has another name or other
/// roles, has ended its sessions.
/// </summary>
internal static class Session
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = "Sagas.Session";

    /// <summary>The cookie's name.</summary>
    public const string Cookie = "sagas-session";

    /// <summary>How long a session lasts, whatever is done.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private const string FingerprintClaim = "key";
    private const string Began = "began";
    private const string Id = "id";

    public static void Configure(
        CookieAuthenticationOptions cookie, IOptions<ApiOptions> api, ApiKeys keys, EndedSessions ended)
    {
        cookie.Cookie.Name = Cookie;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.IsEssential = true;
        cookie.ExpireTimeSpan = api.Value.SessionLifetime;
        cookie.SlidingExpiration = true;
        cookie.Events.OnSigningIn = context =>
        {
            // A proxy in front of the worker may be who speaks TLS.
            context.CookieOptions.Secure |=
                context.Request.Headers.Origin.ToString().StartsWith("https://", StringComparison.OrdinalIgnoreCase);
            return Task.CompletedTask;
        };
        cookie.Events.OnValidatePrincipal = async context =>
        {
            var (request, clock) = (context.HttpContext, context.Options.TimeProvider!);
            if (IdOf(context.Properties) is { } id
                && ExpiryOf(context.Properties) > clock.GetUtcNow()
                && FindKey(context, keys) is { } principal
                && !await ended.ContainAsync(id, request.RequestAborted))
            {
                context.ReplacePrincipal(principal);
            }
            else
            {
                context.RejectPrincipal();
            }
        };
    }

    /// <summary>Begins the session of who has a key.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fingerprint">What is known of the key: see <see cref="ApiKeys.FindByFingerprint"/>.</param>
    /// <param name="clock">The clock.</param>
    public static Task BeginAsync(HttpContext context, byte[] fingerprint, TimeProvider clock)
    {
        var identity = new ClaimsIdentity([new Claim(FingerprintClaim, Convert.ToHexStringLower(fingerprint))], Scheme);
        var properties = new AuthenticationProperties();
        properties.Items[Began] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        properties.Items[Id] = Guid.NewGuid().ToString();
        return context.SignInAsync(Scheme, new ClaimsPrincipal(identity), properties);
    }

    /// <summary>Ends it, also for who has a copy of its cookie.</summary>
    public static async Task EndAsync(HttpContext context, EndedSessions ended)
    {
        var session = await context.AuthenticateAsync(Scheme);
        if (session is { Succeeded: true } && IdOf(session.Properties) is { } id)
        {
            await ended.AddAsync(id, ExpiryOf(session.Properties), context.RequestAborted);
        }

        await context.SignOutAsync(Scheme);
    }

    /// <summary>The session that a request was authenticated by, or <see langword="null"/>.</summary>
    public static Guid? IdOf(AuthenticationProperties? properties) =>
        Guid.TryParse(properties?.Items.TryGetValue(Id, out var text) == true ? text : null, out var id) ? id : null;

    private static DateTimeOffset ExpiryOf(AuthenticationProperties properties) =>
        properties.Items.TryGetValue(Began, out var began)
        && DateTimeOffset.TryParse(began, CultureInfo.InvariantCulture, out var instant)
            ? instant + Longest
            : DateTimeOffset.MinValue;

    private static ClaimsPrincipal? FindKey(CookieValidatePrincipalContext context, ApiKeys keys) =>
        context.Principal?.FindFirstValue(FingerprintClaim) is { } fingerprint
            ? keys.FindByFingerprint(Convert.FromHexString(fingerprint))
            : null;
}
