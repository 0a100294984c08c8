using RabbitMQ.Client;

namespace Sagas.Orchestration.Transport;

/// <summary>The connection string <c>RabbitMq</c>: <c>amqp[s]://user:password@host:port/virtualhost</c>, and with TLS
/// <c>?cacertfile=…</c>.</summary>
internal sealed record BrokerConnectionString
{
    private readonly Uri _uri;

    private BrokerConnectionString(Uri uri) => (_uri, Tls) = (uri, BrokerTls.Parse(uri));

    /// <summary>How TLS is spoken; <see langword="null"/> where it is not.</summary>
    public BrokerTls? Tls { get; }

    public string Host => _uri.Host;

    public ushort Port => (ushort)(_uri.Port > 0 ? _uri.Port : Tls is not null ? 5671 : 5672);

    public string VirtualHost => _uri.AbsolutePath is "" or "/" ? "/" : Uri.UnescapeDataString(_uri.AbsolutePath[1..]);

    public string User => UserInfo(0) ?? "guest";

    public string Password => UserInfo(1) ?? "guest";

    /// <exception cref="FormatException">
    /// The text is no such address, or names a file that cannot be read. The message does not repeat it: it may hold a
    /// password.
    /// </exception>
    public static BrokerConnectionString Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0
            ? new BrokerConnectionString(uri)
            : throw new FormatException(
                "ConnectionStrings:RabbitMq is not an AMQP address. Write it as amqp://user:password@host:5672/ or, "
                + "with TLS, amqps://user:password@host:5671/.");

    public ConnectionFactory CreateFactory() => new()
    {
        HostName = Host,
        Port = Port,
        VirtualHost = VirtualHost,
        UserName = User,
        Password = Password,
        Ssl = Tls?.ToOption() ?? new SslOption(Host),
    };

    /// <summary>Host and port without credentials.</summary>
    public override string ToString() => $"{Host}:{Port}";

    private string? UserInfo(int index) =>
        _uri.UserInfo.Split(':', 2) is var parts && parts.Length > index && parts[index].Length > 0
            ? Uri.UnescapeDataString(parts[index])
            : null;
}
