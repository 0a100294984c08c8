using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sagas.Worker.Operations.Api;

namespace Sagas.Worker.Operations.Access;

/// <summary>
/// The session of a browser that signed in with a key: a cookie that scripts cannot read, that other sites' pages do
/// not send, and that holds the key's digest alone, encrypted. With every request the key is looked up anew, so that
/// one that is no longer configured ends its sessions.
/// </summary>
internal static class Session
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = "Sagas.Session";

    /// <summary>The cookie's name.</summary>
    public const string Cookie = "sagas-session";

    /// <summary>How long a session lasts, whatever is done.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private const string DigestClaim = "digest";
    private const string Began = "began";

    public static void Configure(CookieAuthenticationOptions cookie, IOptions<ApiOptions> api, ApiKeys keys)
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
        cookie.Events.OnValidatePrincipal = context =>
        {
            if (Find(context, keys) is { } principal)
            {
                context.ReplacePrincipal(principal);
            }
            else
            {
                context.RejectPrincipal();
            }

            return Task.CompletedTask;
        };
    }

    /// <summary>Begins the session of who has a key.</summary>
    public static Task BeginAsync(HttpContext context, string key, TimeProvider clock)
    {
        var identity = new ClaimsIdentity(
            [new Claim(DigestClaim, Convert.ToHexStringLower(ApiKey.DigestOf(key)))], Scheme);
        var properties = new AuthenticationProperties();
        properties.Items[Began] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        return context.SignInAsync(Scheme, new ClaimsPrincipal(identity), properties);
    }

    /// <summary>Ends it.</summary>
    public static Task EndAsync(HttpContext context) => context.SignOutAsync(Scheme);

    private static ClaimsPrincipal? Find(CookieValidatePrincipalContext context, ApiKeys keys) =>
        context.Properties.Items.TryGetValue(Began, out var began)
        && DateTimeOffset.TryParse(began, CultureInfo.InvariantCulture, out var instant)
        && context.Options.TimeProvider!.GetUtcNow() < instant + Longest
        && context.Principal?.FindFirstValue(DigestClaim) is { } digest
            ? keys.Find(Convert.FromHexString(digest))
            : null;
}
