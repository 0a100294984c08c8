using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sagas.Tests.Operations.Access;

/// <summary>An identity provider on a port of its own, whose tokens a test writes as it likes.</summary>
public sealed class TokenIssuer : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _server;

    private TokenIssuer(WebApplication server) => _server = server;

    public string Address { get; private set; } = "";

    public string PublicKeyPem => _key.ExportSubjectPublicKeyInfoPem();

    public static async Task<TokenIssuer> StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var issuer = new TokenIssuer(server);
        server.MapGet("/.well-known/openid-configuration", () => Results.Text(
            JsonSerializer.Serialize(new { issuer = issuer.Address, jwks_uri = $"{issuer.Address}/keys" }), "application/json"));
        server.MapGet("/keys", () => Results.Text(JsonSerializer.Serialize(new { keys = new[] { issuer.Jwk() } }), "application/json"));
        await server.StartAsync(ct);
        issuer.Address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return issuer;
    }

    /// <summary>A token for the worker, but for what a test changes.</summary>
    public string Write(
        Dictionary<string, object> claims,
        string audience = "sagas",
        string? issuer = null,
        TimeSpan? endsIn = null,
        SigningCredentials? credentials = null,
        bool isSigned = true)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            IssuedAt = now.AddHours(-2),
            NotBefore = now.AddHours(-2),
            Expires = now + (endsIn ?? TimeSpan.FromHours(1)),
            Claims = claims,
            SigningCredentials = isSigned
                ? credentials ?? new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "1" }, SecurityAlgorithms.RsaSha256)
                : null,
        });
    }

    /// <summary>
    /// What the metadata publish, used as a secret: the old trick on those who let the token say how it is signed.
    /// </summary>
    public SigningCredentials PublicKeyAsSecret() => new(
        new SymmetricSecurityKey(System.Text.Encoding.ASCII.GetBytes(PublicKeyPem)) { KeyId = "1" }, SecurityAlgorithms.HmacSha256);

    public static SigningCredentials Stranger() =>
        new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "1" }, SecurityAlgorithms.RsaSha256);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _key.Dispose();
    }

    private object Jwk()
    {
        var key = _key.ExportParameters(false);
        return new
        {
            kty = "RSA",
            use = "sig",
            kid = "1",
            n = Base64UrlEncoder.Encode(key.Modulus),
            e = Base64UrlEncoder.Encode(key.Exponent),
        };
    }
}
