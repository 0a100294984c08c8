using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>
/// Finds out who asks: by a key or a token in the header <c>Authorization</c>, or else by the cookie of a browser that
/// signed in. A header that is wrong is not made good by a cookie.
/// </summary>
internal sealed class AccessHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> monitor,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IOptions<ApiOptions> options,
    ApiKeys keys,
    AuthenticationFailures failures) : AuthenticationHandler<AuthenticationSchemeOptions>(monitor, loggers, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "Sagas";

    private const string Bearer = "Bearer ";

    private Problem? _refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!options.Value.DemandsCredentials)
        {
            return AuthenticateResult.NoResult();
        }

        return Request.Headers.Authorization switch
        {
            { Count: 0 } => Own(await Context.AuthenticateAsync(Session.Scheme)),
            [{ } header] when header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) =>
                await CheckAsync(header[Bearer.Length..].Trim()),
            _ => Refuse(AuthenticationReasons.Malformed, "Write the header once, as 'Authorization: Bearer KEY'."),
        };
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        if (_refusal is null && Request.WantsPage())
        {
            Response.Redirect(SignInEndpoints.AddressFor(Request));
            return;
        }

        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer");
        await new ProblemResult(_refusal ?? AccessProblems.NobodyAsks()).ExecuteAsync(Context);
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var problem = AccessProblems.Forbidden(
            Context.User.Identity?.Name, Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy);
        await Context.RequestServices.GetRequiredService<RefusalRecord>().AddAsync(Context, problem, reason: null);
        await new ProblemResult(problem).ExecuteAsync(Context);
    }

    private async Task<AuthenticateResult> CheckAsync(string credential)
    {
        if (credential.StartsWith(ApiKey.Prefix, StringComparison.Ordinal))
        {
            return keys.Find(credential) is { } principal
                ? AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName))
                : Refuse(AuthenticationReasons.UnknownKey, "The key is none of this worker's.");
        }

        if (!options.Value.Jwt.IsUsed)
        {
            return Refuse(
                AuthenticationReasons.Malformed, $"What it sends is no key: every key begins with '{ApiKey.Prefix}'.");
        }

        var result = await Context.AuthenticateAsync(Tokens.Scheme);
        if (result.Failure is not { } failure)
        {
            return Own(result);
        }

        // Without the provider's keys no token can be told from another.
        await Tokens.RequireKeysAsync(Context);
        return Refuse(Tokens.ReasonOf(failure), Tokens.Explain(failure));
    }

    private static AuthenticateResult Own(AuthenticateResult result) => result is { Principal: { } principal }
        ? AuthenticateResult.Success(new AuthenticationTicket(principal, result.Properties, SchemeName))
        : result;

    private AuthenticateResult Refuse(string reason, string detail)
    {
        _refusal = failures.Note(Context, reason) is { } seconds
            ? AccessProblems.TooManyFailures(seconds)
            : AccessProblems.NotAuthenticated(detail);
        return AuthenticateResult.Fail(detail);
    }
}
