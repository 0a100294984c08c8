using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Operations.Access;

/// <summary>Who may do what with a token of an identity provider, side by side with keys.</summary>
public sealed class TokenTests(TokenTests.Fixture fixture) : IClassFixture<TokenTests.Fixture>
{
    private static readonly Dictionary<string, object> Reader = new()
    {
        ["sub"] = "4711",
        ["name"] = "Ann",
        ["groups"] = new[] { "cooks", "readers" },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ApiRun Api => fixture.Run;

    private TokenIssuer Issuer => fixture.Issuer;

    [Fact]
    public async Task Token_OfTheProvider_MayWhatItsGroupsMay()
    {
        var token = Issuer.Write(Reader);

        (await Api.AskAsync("GET", AccessRun.Sagas, token, Ct)).Status.ShouldBe(200);
        (await Api.AskAsync("POST", AccessRun.Sagas, token, Ct, """{ "name": "order" }""")).ShouldBeProblem(403, "FORBIDDEN")["detail"]
            .ShouldBe("'Ann (4711)' may not do this: it takes the role 'operate'.");
        (await Api.AskAsync("GET", AccessRun.Sagas, AccessRun.Reader, Ct)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Token_ThatIsGoodForYears_OpensTheLiveFeed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/feed");
        request.Headers.Add("Authorization", $"Bearer {Issuer.Write(Reader, endsIn: TimeSpan.FromDays(1_000))}");

        using var response = await Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);

        ((int)response.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task Token_OfAnOperator_StandsInTheHistoryByItsName()
    {
        var token = Issuer.Write(new() { ["sub"] = "4712", ["name"] = "Bob", ["groups"] = "on-call" });
        var started = await Api.AskAsync("POST", AccessRun.Sagas, token, Ct, """{ "name": "order" }""");

        var path = $"{AccessRun.Sagas}/{started["id"]}";
        (await Api.AskAsync("POST", $"{path}/cancel", token, Ct, """{ "reason": "not wanted" }""")).Status.ShouldBe(200);

        (await Api.AskAsync("GET", $"{path}/history", token, Ct)).Text.ShouldContain("\"operator\":\"Bob (4712)\"");
    }

    [Fact]
    public async Task Token_WithoutAnyGroup_IsKnownAndMayNothing()
    {
        var token = Issuer.Write(new() { ["sub"] = "4713", ["groups"] = "cooks" });

        (await Api.AskAsync("GET", AccessRun.Sagas, token, Ct)).ShouldBeProblem(403, "FORBIDDEN")["detail"]
            .ShouldBe("'4713' may not do this: it takes the role 'read'.");
    }

    public static TheoryData<string, Func<TokenIssuer, string>> BadTokens() => new()
    {
        { "has expired", x => x.Write(Reader, endsIn: TimeSpan.FromMinutes(-5)) },
        { "another audience", x => x.Write(Reader, audience: "wiki") },
        { "another issuer", x => x.Write(Reader, issuer: "https://evil.example") },
        { "not one that this worker accepts", x => x.Write(Reader, credentials: TokenIssuer.Stranger()) },
        { "not one that this worker accepts", x => x.Write(Reader, credentials: x.PublicKeyAsSecret()) },
        { "not one that this worker accepts", x => x.Write(Reader, isSigned: false) },
        { "not one that this worker accepts", x => Tampered(x.Write(Reader)) },
        { "not one that this worker accepts", x => x.Write([]) },
        { "not one that this worker accepts", _ => "a.b.c" },
    };

    [Proves("access-token-not-valid")]
    [Theory]
    [MemberData(nameof(BadTokens), DisableDiscoveryEnumeration = true)]
    public async Task Token_ThatIsNotGood_IsRefusedAndSaysWhy(string why, Func<TokenIssuer, string> write)
    {
        var token = write(Issuer);

        var reply = (await Api.AskAsync("GET", AccessRun.Sagas, token, Ct)).ShouldBeProblem(401, "UNAUTHENTICATED");

        reply["detail"].ShouldNotBeNull().ShouldContain(why);
        Api.Worker.Log.ShouldNotContain(x => x.Contains(token, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("scope", "openid saga-readers", 200)]
    [InlineData("scope", "openid", 403)]
    [InlineData("realm_access.roles", "saga-readers", 200)]
    [InlineData("realm_access.roles", "saga", 403)]
    public async Task Token_WhoseRolesStandElsewhere_IsUnderstood(string claim, string value, int status)
    {
        var pem = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(pem, Issuer.PublicKeyPem, Ct);
            await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: new Dictionary<string, string?>
            {
                ["Sagas:Api:Jwt:SigningKeyPath"] = pem,
                ["Sagas:Api:Jwt:Issuer"] = "https://id.example",
                ["Sagas:Api:Jwt:Audience"] = "sagas",
                ["Sagas:Api:Jwt:RoleClaim"] = claim,
                ["Sagas:Api:Jwt:Read"] = "saga-readers",
            });
            object content = claim == "scope" ? value : new Dictionary<string, object> { ["roles"] = new[] { value } };
            var token = Issuer.Write(new() { ["sub"] = "4711", [claim.Split('.')[0]] = content }, issuer: "https://id.example");

            (await run.AskAsync("GET", AccessRun.Sagas, token, Ct)).Status.ShouldBe(status);
        }
        finally
        {
            File.Delete(pem);
        }
    }

    [Proves("access-provider-away")]
    [Fact]
    public async Task Token_WhoseProviderIsAway_CannotBeCheckedAndKeysWork()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: new Dictionary<string, string?>(AccessRun.Keys)
        {
            ["Sagas:Api:Jwt:Authority"] = "http://127.0.0.1:1",
            ["Sagas:Api:Jwt:Audience"] = "sagas",
        });

        (await run.AskAsync("GET", AccessRun.Sagas, Issuer.Write(Reader), Ct)).ShouldBeProblem(503, "AUTHORITY_UNAVAILABLE");
        (await run.AskAsync("GET", AccessRun.Sagas, AccessRun.Reader, Ct)).Status.ShouldBe(200);
        run.Worker.Log.ShouldContain(x => x.Contains("Tokens cannot be checked: the keys of http://127.0.0.1:1", StringComparison.Ordinal));
    }

    private static string Tampered(string token)
    {
        var parts = token.Split('.');
        parts[1] = Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(
            Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(parts[1]).Replace("readers", "on-call", StringComparison.Ordinal));
        return string.Join('.', parts);
    }

    /// <summary>One provider, and one worker that accepts its tokens.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal TokenIssuer Issuer { get; private set; } = null!;

        internal ApiRun Run { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Issuer = await TokenIssuer.StartAsync(CancellationToken.None);
            Run = await ApiRun.StartAsync(
                AccessRun.Definition,
                CancellationToken.None,
                _ => null,
                new Dictionary<string, string?>(AccessRun.Keys)
                {
                    ["Sagas:Api:Jwt:Authority"] = Issuer.Address,
                    ["Sagas:Api:Jwt:Audience"] = "sagas",
                    ["Sagas:Api:Jwt:RoleClaim"] = "groups",
                    ["Sagas:Api:Jwt:Read"] = "readers,auditors",
                    ["Sagas:Api:Jwt:Operate"] = "on-call",
                });
        }

        public async ValueTask DisposeAsync()
        {
            await Run.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }
}
