using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Npgsql;
using Sagas.IntegrationTests.Containers;

namespace Testcontainers.PostgreSql;

/// <summary>A PostgreSQL server in a container.</summary>
public sealed class PostgreSqlContainer : DockerContainer
{
    private readonly string _database;
    private readonly string _username;
    private readonly string _password;

    internal PostgreSqlContainer(ContainerConfiguration configuration, string database, string username, string password)
        : base(configuration) => (_database, _username, _password) = (database, username, password);

    /// <summary>An Npgsql connection string. It stays the same for as long as the container exists.</summary>
    public string GetConnectionString() => new NpgsqlConnectionStringBuilder
    {
        Host = Hostname,
        Port = GetMappedPublicPort(PostgreSqlBuilder.PostgreSqlPort),
        Database = _database,
        Username = _username,
        Password = _password,
    }.ToString();

    /// <summary>Runs an SQL script with <c>psql</c> inside the container; ends at its first error.</summary>
    public Task<ExecResult> ExecScriptAsync(string scriptContent, CancellationToken ct = default) => ExecAsync(
        [
            "psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--username", _username, "--dbname", _database,
            "--command", scriptContent,
        ],
        ct);

    /// <inheritdoc />
    protected override Task WaitUntilServingAsync(TimeSpan timeout, CancellationToken ct) =>
        Ready.PostgreSqlAsync(GetConnectionString(), timeout, ct);
}
