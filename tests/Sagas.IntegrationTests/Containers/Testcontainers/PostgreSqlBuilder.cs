using DotNet.Testcontainers.Builders;

namespace Testcontainers.PostgreSql;

/// <summary>Builds a PostgreSQL server.</summary>
public sealed class PostgreSqlBuilder : ContainerBuilder<PostgreSqlBuilder, PostgreSqlContainer>
{
    /// <summary>The image by default.</summary>
    public const string PostgreSqlImage = "postgres:17";

    /// <summary>The port inside the container.</summary>
    public const ushort PostgreSqlPort = 5432;

    /// <summary>The database by default.</summary>
    public const string DefaultDatabase = "postgres";

    /// <summary>The user by default.</summary>
    public const string DefaultUsername = "postgres";

    /// <summary>The password by default.</summary>
    public const string DefaultPassword = "postgres";

    private readonly (string Database, string Username, string Password) _login =
        (DefaultDatabase, DefaultUsername, DefaultPassword);

    /// <summary>A server with the defaults, on any free port.</summary>
    public PostgreSqlBuilder()
        : base(new ContainerConfiguration { Image = PostgreSqlImage, Ports = AnyPort })
    {
    }

    private PostgreSqlBuilder(ContainerConfiguration configuration, (string Database, string Username, string Password) login)
        : base(configuration) => _login = login;

    private static System.Collections.Immutable.ImmutableDictionary<int, int?> AnyPort { get; } =
        System.Collections.Immutable.ImmutableDictionary<int, int?>.Empty.Add(PostgreSqlPort, null);

    /// <summary>Sets the database that is created.</summary>
    public PostgreSqlBuilder WithDatabase(string database) => new(Configuration, _login with { Database = database });

    /// <summary>Sets the superuser's name.</summary>
    public PostgreSqlBuilder WithUsername(string username) => new(Configuration, _login with { Username = username });

    /// <summary>Sets the superuser's password.</summary>
    public PostgreSqlBuilder WithPassword(string password) => new(Configuration, _login with { Password = password });

    /// <inheritdoc />
    public override PostgreSqlContainer Build() => new(
        WithEnvironment("POSTGRES_DB", _login.Database)
            .WithEnvironment("POSTGRES_USER", _login.Username)
            .WithEnvironment("POSTGRES_PASSWORD", _login.Password).Configuration,
        _login.Database,
        _login.Username,
        _login.Password);

    /// <inheritdoc />
    protected override PostgreSqlBuilder With(ContainerConfiguration next) => new(next, _login);
}
