using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Sagas.Dashboard.Api;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Dashboard.Access;

/// <summary>Accepts the tokens of an identity provider.</summary>
internal static class Tokens
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = "Sagas.Jwt";

    private const string JsonClaimValue = "JSON";

    // Signed with the provider's private key, which the worker does not have: a shared secret could be used to sign
    // here.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void Configure(JwtBearerOptions bearer, IOptions<ApiOptions> api)
    {
        var options = api.Value.Jwt;
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = options.Audience,
            ValidIssuer = options.Issuer,
            ValidAlgorithms = Algorithms,
            ClockSkew = TimeSpan.FromMinutes(1),
        };
        if (options.SigningKeyPath is { } path)
        {
            bearer.TokenValidationParameters.IssuerSigningKey = SigningKeys.Read(path);
        }
        else
        {
            // That it is https, or this machine, has been checked.
            bearer.RequireHttpsMetadata = false;
            bearer.Authority = options.Authority;
            bearer.MetadataAddress = options.MetadataAddress ?? bearer.MetadataAddress;
        }

        bearer.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                Accept(context, options);
                return Task.CompletedTask;
            },
        };
    }

    /// <exception cref="ProblemException">The provider does not answer, and its keys are not known.</exception>
    public static async Task RequireKeysAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var bearer = services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(Scheme);
        try
        {
            await (bearer.ConfigurationManager?.GetConfigurationAsync(context.RequestAborted) ?? Task.CompletedTask);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            services.GetRequiredService<ILogger<ApiJwtOptions>>()
                .TokensNotChecked(bearer.Authority ?? bearer.MetadataAddress, exception.GetBaseException().Message);
            throw new ProblemException(AccessProblems.AuthorityUnavailable());
        }
    }

    /// <summary>Why a token was not accepted, for the log and the metrics.</summary>
    public static string ReasonOf(Exception failure) => failure is SecurityTokenExpiredException
        ? AuthenticationReasons.ExpiredToken
        : AuthenticationReasons.InvalidToken;

    /// <summary>Why a token was not accepted, for who sent it.</summary>
    public static string Explain(Exception failure) => failure switch
    {
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenInvalidAudienceException => "The token is for another audience ('aud').",
        SecurityTokenInvalidIssuerException => "The token is of another issuer ('iss').",
        _ => "The token is not one that this worker accepts.",
    };

    private static void Accept(TokenValidatedContext context, ApiJwtOptions options)
    {
        var token = context.Principal!;
        var (subject, name) = (token.FindFirstValue("sub"), token.FindFirstValue(options.NameClaim));
        if ((subject ?? name) is not { Length: > 0 } known)
        {
            context.Fail(new SecurityTokenException("The token names nobody."));
            return;
        }

        var values = ValuesOf(token, options.RoleClaim).ToHashSet(StringComparer.Ordinal);
        var roles = new[]
        {
            (ApiAccess.Read, options.Read),
            (ApiAccess.Operate, options.Operate),
            (ApiAccess.Payloads, options.Payloads),
        };
        context.Principal = Principals.Create(
            name is null || subject is null || name == subject ? known : $"{name} ({subject})",
            roles.Where(x => values.Overlaps(x.Item2)).Select(x => x.Item1));
    }

    private static IEnumerable<string> ValuesOf(ClaimsPrincipal token, string claim)
    {
        var values = token.FindAll(claim).Select(x => x.Value).ToArray();
        return values.Length > 0
            ? values.SelectMany(x => x.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(x))
            : Within(token, claim);
    }

    /// <summary>The values of a field of a claim that is an object.</summary>
    private static IEnumerable<string> Within(ClaimsPrincipal token, string path)
    {
        var parts = path.Split('.', 2);
        return parts.Length == 2
            && token.FindFirst(parts[0]) is { ValueType: JsonClaimValue } outer
            && JsonElement.Parse(outer.Value).TryGetProperty(parts[1], out var field)
            && field.ValueKind == JsonValueKind.Array
                ? field.EnumerateArray().Where(x => x.ValueKind == JsonValueKind.String).Select(x => x.GetString()!)
                : [];
    }
}
