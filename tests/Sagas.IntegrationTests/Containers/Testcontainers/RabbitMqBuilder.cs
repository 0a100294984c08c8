using DotNet.Testcontainers.Builders;

namespace Testcontainers.RabbitMq;

/// <summary>Builds a RabbitMQ broker.</summary>
public sealed class RabbitMqBuilder : ContainerBuilder<RabbitMqBuilder, RabbitMqContainer>
{
    /// <summary>The image by default.</summary>
    public const string RabbitMqImage = "rabbitmq:4-management";

    /// <summary>The port of AMQP inside the container.</summary>
    public const ushort RabbitMqPort = 5672;

    /// <summary>The user by default.</summary>
    public const string DefaultUsername = "rabbitmq";

    /// <summary>The password by default.</summary>
    public const string DefaultPassword = "rabbitmq";

    private readonly (string Username, string Password) _login = (DefaultUsername, DefaultPassword);

    /// <summary>A broker with the defaults, on any free port.</summary>
    public RabbitMqBuilder()
        : base(new ContainerConfiguration { Image = RabbitMqImage, Ports = AnyPort })
    {
    }

    private RabbitMqBuilder(ContainerConfiguration configuration, (string Username, string Password) login)
        : base(configuration) => _login = login;

    private static System.Collections.Immutable.ImmutableDictionary<int, int?> AnyPort { get; } =
        System.Collections.Immutable.ImmutableDictionary<int, int?>.Empty.Add(RabbitMqPort, null);

    /// <summary>Sets the administrator's name.</summary>
    public RabbitMqBuilder WithUsername(string username) => new(Configuration, _login with { Username = username });

    /// <summary>Sets the administrator's password.</summary>
    public RabbitMqBuilder WithPassword(string password) => new(Configuration, _login with { Password = password });

    /// <inheritdoc />
    public override RabbitMqContainer Build() => new(
        WithEnvironment("RABBITMQ_DEFAULT_USER", _login.Username)
            .WithEnvironment("RABBITMQ_DEFAULT_PASS", _login.Password).Configuration,
        _login.Username,
        _login.Password);

    /// <inheritdoc />
    protected override RabbitMqBuilder With(ContainerConfiguration next) => new(next, _login);
}
