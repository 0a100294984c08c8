using Sagas.Orchestration.HttpSteps;

namespace Sagas.Tests.Participants.Http;

public sealed class AllowedHostsTests
{
    private static readonly AllowedHosts Hosts =
        new(["pay.example", "Pay.example:8443", "*.below.example", "[::1]:8080", "10.0.0.1", "xn--mnchen-3ya.example"]);

    [Theory]
    [InlineData("https://pay.example/x")]
    [InlineData("http://PAY.example")]
    [InlineData("https://pay.example:443/")]
    [InlineData("http://pay.example:8443/")]
    [InlineData("https://a.below.example/")]
    [InlineData("https://a.b.below.example/")]
    [InlineData("http://[::1]:8080/")]
    [InlineData("http://[0:0:0:0:0:0:0:1]:8080/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://167772161/")]
    [InlineData("https://münchen.example/")]
    public void Allow_HostOfTheList_IsAllowed(string url) => Hosts.Allow(new Uri(url)).ShouldBeTrue();

    [Theory]
    [InlineData("https://pay.example:444/")]
    [InlineData("https://pay.example.evil.example/")]
    [InlineData("https://evil-pay.example/")]
    [InlineData("https://pay.example@evil.example/")]
    [InlineData("https://pay.example./")]
    [InlineData("https://below.example/")]
    [InlineData("https://evilbelow.example/")]
    [InlineData("https://a.below.example:8443/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://10.0.0.1:81/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("ftp://pay.example/")]
    [InlineData("file://pay.example/x")]
    public void Allow_AnythingElse_IsNot(string url) => Hosts.Allow(new Uri(url)).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a.*.example")]
    [InlineData("https://a")]
    [InlineData("a/")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("u@a")]
    public void IsEntry_NoHost_IsNot(string text) => AllowedHosts.IsEntry(text).ShouldBeFalse();
}
