using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sagas.Orchestration.Transport;

namespace Sagas.Tests.Transport;

/// <summary>Whom the worker takes for its broker: a real handshake with a server that shows what a test says.</summary>
public sealed class BrokerTlsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accept_CertificateOfTheNamedAuthority_IsTrusted()
    {
        using var files = new CertificateFiles();

        (await ConnectAsync(files, "localhost", $"amqps://localhost?cacertfile={files.AuthorityPath}")).ShouldBeNull();
    }

    [Fact]
    public async Task Accept_AuthorityThatNobodyNamed_IsRefusedAndSaysWhatToDo()
    {
        using var files = new CertificateFiles();

        var refusal = await ConnectAsync(files, "localhost", "amqps://localhost");

        refusal.ShouldNotBeNull().ShouldStartWith("its certificate (CN=localhost) is of no authority that this machine trusts");
        refusal.ShouldEndWith("Name the authority's file in ConnectionStrings:RabbitMq: amqps://…?cacertfile=/path/ca.pem");
    }

    [Fact]
    public async Task Accept_AnotherAuthorityOfTheSameName_IsRefused()
    {
        using var files = new CertificateFiles();
        using var others = new CertificateFiles();

        (await ConnectAsync(files, "localhost", $"amqps://localhost?cacertfile={others.AuthorityPath}"))
            .ShouldNotBeNull().ShouldStartWith("its certificate (CN=localhost) is not of the authority in cacertfile");
    }

    [Fact]
    public async Task Accept_CertificateForAnotherHost_IsRefusedWhoeverMadeIt()
    {
        using var files = new CertificateFiles();

        (await ConnectAsync(files, "mallory.example", $"amqps://localhost?cacertfile={files.AuthorityPath}"))
            .ShouldNotBeNull().ShouldStartWith("its certificate (CN=mallory.example) is not for 'localhost'.");
    }

    [Theory]
    [InlineData("amqps://h?cacertfile=/nowhere/ca.pem", "ConnectionStrings:RabbitMq: cacertfile cannot be read: ")]
    [InlineData("amqps://h?certfile=/nowhere/me.pem", "ConnectionStrings:RabbitMq: certfile cannot be read: ")]
    [InlineData("amqps://h?verify=verify_none", "ConnectionStrings:RabbitMq: 'verify' is not known. Allowed behind the '?': cacertfile, certfile, keyfile.")]
    [InlineData("amqp://h?cacertfile=/ca.pem", "ConnectionStrings:RabbitMq: cacertfile is for TLS: the address has to begin with amqps://.")]
    public void Parse_WhatCannotBe_IsNamed(string address, string message) =>
        Should.Throw<FormatException>(() => BrokerConnectionString.Parse(address)).Message.ShouldStartWith(message);

    [Fact]
    public void Parse_CertificateOfTheWorkersOwn_IsShownToTheBroker()
    {
        using var files = new CertificateFiles();
        var (certificate, key) = files.Make("worker");

        var ssl = BrokerConnectionString.Parse($"amqps://h/v?certfile={certificate}&keyfile={key}").CreateFactory().Ssl;

        ssl.Enabled.ShouldBeTrue();
        ssl.Certs.ShouldNotBeNull().Cast<X509Certificate2>().ShouldHaveSingleItem().HasPrivateKey.ShouldBeTrue();
    }

    /// <summary>Why the handshake was refused, or nothing.</summary>
    private static async Task<string?> ConnectAsync(CertificateFiles files, string name, string address)
    {
        var (certificate, key) = files.Make(name);
        using var shown = X509Certificate2.CreateFromPemFile(certificate, key);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, shown);
        var tls = BrokerConnectionString.Parse(address).Tls.ShouldNotBeNull();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Ct);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, tls.Accept);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Ct);
        }
        catch (AuthenticationException)
        {
            tls.Refusal.ShouldNotBeNull();
        }

        client.Close();
        await serving;
        return tls.Refusal;
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(Ct);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            _ = await stream.ReadAsync(new byte[1], Ct);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            // The client hung up, as it should on a server that it does not trust.
        }
    }
}
