using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Access;
using Sagas.Dashboard.Api;
using Sagas.Persistence.Configuration;

namespace Sagas.Tests.Operations.Access;

/// <summary>What the worker refuses to start with.</summary>
public sealed class AccessRulesTests
{
    private const string Section = "Sagas:Api:";

    private static readonly string Hash = ApiKey.HashOf(ApiKey.Create());

    [Proves("access-nothing-says-who")]
    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://192.168.1.7:8080")]
    [InlineData("http://sagas.example:8080")]
    [InlineData("http://localhost.example:8080")]
    [InlineData("http://127.0.0.1:8080;http://[2001:db8::1]:8080")]
    public void Create_OpenAddressAndNothingSaysWhoMayUseIt_SaysWhatToDo(string listen)
    {
        var failure = Mistakes(new() { ["Listen"] = listen }).ShouldHaveSingleItem();

        failure.ShouldContain(listen.Split(';')[^1]);
        failure.ShouldContain("sagas key NAME --role operate");
        failure.ShouldContain("Sagas:Api:Jwt:Authority");
        failure.ShouldContain("http://127.0.0.1:8080");
        failure.ShouldContain("Sagas:Api:AllowAnonymous");
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://127.1.2.3:8080")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://[::1]:8080")]
    public void Create_ThisMachineOnly_NeedsNothing(string listen) => Mistakes(new() { ["Listen"] = listen }).ShouldBeEmpty();

    [Fact]
    public void Create_OpenAddress_IsAllowedWithAKeyWithTokensOrWhenMeant()
    {
        Mistakes(new() { ["Listen"] = "http://*:1", ["AllowAnonymous"] = "true" }).ShouldBeEmpty();
        Mistakes(new() { ["Listen"] = "http://*:1", ["Keys:ann:Hash"] = Hash, ["Keys:ann:Roles"] = "read" }).ShouldBeEmpty();
        Mistakes(new() { ["Listen"] = "http://*:1", ["Jwt:Authority"] = "https://id.example", ["Jwt:Audience"] = "sagas" })
            .ShouldBeEmpty();
        Mistakes(new() { ["Listen"] = "http://*:1", ["Enabled"] = "false" }).ShouldBeEmpty();
    }

    [Fact]
    public void Create_KeyInPlaceOfItsHash_IsRefusedWithoutRepeatingIt()
    {
        var key = ApiKey.Create();

        var failure = Mistakes(new() { ["Keys:ann:Hash"] = key, ["Keys:ann:Roles"] = "read" }).ShouldHaveSingleItem();

        failure.ShouldStartWith("Sagas:Api:Keys:ann:Hash is the key itself");
        failure.ShouldNotContain(key);
        Mistakes(new() { ["Keys"] = key }).ShouldHaveSingleItem().ShouldNotContain(key);
    }

    [Theory]
    [InlineData("Keys:ann:Hash", "secret", "Sagas:Api:Keys:ann:Hash is no hash of a key: that is sha256: and 64 hexadecimal digits.")]
    [InlineData("Keys:ann:Roles", "admin", "Sagas:Api:Keys:ann:Roles is \"admin\". Allowed: one or more of read, operate, payloads")]
    [InlineData("Keys:ann:Roles", "", "Sagas:Api:Keys:ann:Roles is \"\". Allowed: one or more of")]
    [InlineData("Keys:ann:Role", "read", "Sagas:Api:Keys:ann:Role is not known. Did you mean Roles?")]
    public void Create_KeyThatIsConfiguredWrongly_IsNamed(string key, string value, string message)
    {
        var settings = new Dictionary<string, string?> { ["Keys:ann:Hash"] = Hash, ["Keys:ann:Roles"] = "read" };
        settings[key] = value;

        Mistakes(settings).ShouldHaveSingleItem().ShouldStartWith(message);
    }

    [Fact]
    public void Create_TwoNamesForOneKey_AreRefused() =>
        Mistakes(new()
        {
            ["Keys:ann:Hash"] = Hash,
            ["Keys:ann:Roles"] = "read",
            ["Keys:bob:Hash"] = Hash.ToUpperInvariant(),
            ["Keys:bob:Roles"] = "operate",
        }).ShouldHaveSingleItem().ShouldStartWith("Sagas:Api:Keys: ann and bob have the same hash");

    [Theory]
    [InlineData("Jwt:Authority", "https://id.example", "Sagas:Api:Jwt:Audience is not set")]
    [InlineData("Jwt:Audience", "sagas", "Sagas:Api:Jwt:Audience is set, but not whose tokens are meant.")]
    [InlineData("Jwt:SigningKeyPath", "/nowhere.pem", "Sagas:Api:Jwt:SigningKeyPath: the file cannot be read")]
    [InlineData("Listen", "https://127.0.0.1:8443", "Sagas:Api:Certificate:Path is not set")]
    public void Create_HalfOfWhatIsNeeded_IsSaid(string key, string value, string message) =>
        Mistakes(new() { [key] = value }).ShouldContain(x => x.StartsWith(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("http://id.example")]
    [InlineData("id.example")]
    public void Create_AuthorityThatAnybodyCouldAnswerFor_IsRefused(string authority) =>
        Mistakes(new() { ["Jwt:Authority"] = authority, ["Jwt:Audience"] = "sagas" })
            .ShouldHaveSingleItem().ShouldStartWith($"Sagas:Api:Jwt:Authority is \"{authority}\". Allowed: an address that begins with https://");

    private static IReadOnlyList<string> Mistakes(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(x => KeyValuePair.Create(Section + x.Key, x.Value)))
            .Build());
        services.AddSectionOptions<ApiOptions>(ApiOptions.Section);
        services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        using var provider = services.BuildServiceProvider();
        try
        {
            provider.GetRequiredService<IOptions<ApiOptions>>().Value.ShouldNotBeNull();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }
}
