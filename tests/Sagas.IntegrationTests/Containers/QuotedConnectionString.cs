using DotNet.Testcontainers.Configurations;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Sagas.IntegrationTests.Containers;

/// <summary>
/// The connection string of a server whose password may have any character, as <c>GetConnectionString(ConnectionMode.Host)</c>
/// returns it. <c>GetConnectionString()</c> is Testcontainers' own and not quoted: a <c>;</c> ends the password there.
/// </summary>
internal sealed class QuotedConnectionString : IConnectionStringProvider<PostgreSqlContainer, PostgreSqlConfiguration>
{
    private PostgreSqlContainer _container = null!;
    private PostgreSqlConfiguration _configuration = null!;

    public void Configure(PostgreSqlContainer container, PostgreSqlConfiguration configuration) =>
        (_container, _configuration) = (container, configuration);

    public string GetConnectionString(ConnectionMode connectionMode = ConnectionMode.Host) => new NpgsqlConnectionStringBuilder
    {
        Host = connectionMode == ConnectionMode.Host ? _container.Hostname : _container.IpAddress,
        Port = connectionMode == ConnectionMode.Host
            ? _container.GetMappedPublicPort(PostgreSqlBuilder.PostgreSqlPort)
            : PostgreSqlBuilder.PostgreSqlPort,
        Database = _configuration.Database,
        Username = _configuration.Username,
        Password = _configuration.Password,
    }.ToString();

    public string GetConnectionString(string name, ConnectionMode connectionMode = ConnectionMode.Host) =>
        GetConnectionString(connectionMode);
}
