using Sagas.Orchestration.Transport;

namespace Sagas.Tests.Transport;

public sealed class BrokerConnectionStringTests
{
    [Theory]
    [InlineData("amqp://broker", "broker", 5672, "/", "guest", "guest", false)]
    [InlineData("amqp://ann:s%40crt@broker:5673/shop%2Forders", "broker", 5673, "shop/orders", "ann", "s@crt", false)]
    [InlineData("amqps://ann:secret@broker/", "broker", 5671, "/", "ann", "secret", true)]
    public void Parse_Address_HasItsParts(
        string text, string host, int port, string virtualHost, string user, string password, bool useTls)
    {
        var parsed = BrokerConnectionString.Parse(text);

        (parsed.Host, (int)parsed.Port, parsed.VirtualHost, parsed.User, parsed.Password, parsed.Tls is not null)
            .ShouldBe((host, port, virtualHost, user, password, useTls));
        parsed.ToString().ShouldNotContain(password == "guest" ? "guest" : password);
    }

    [Theory]
    [InlineData("broker:5672")]
    [InlineData("http://ann:secret@broker")]
    [InlineData("Host=broker;Password=secret")]
    public void Parse_SomethingElse_SaysWhatItShouldBeWithoutRepeatingIt(string text)
    {
        var exception = Should.Throw<FormatException>(() => BrokerConnectionString.Parse(text));

        exception.Message.ShouldContain("amqp://user:password@host:5672/");
        exception.Message.ShouldNotContain("secret");
    }
}
