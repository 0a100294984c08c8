using DotNet.Testcontainers.Configurations;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Sagas.IntegrationTests.Containers;

public sealed class PostgreSqlContainerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAgain_AfterKill_KeepsDataAndAddress()
    {
        await using PostgreSqlContainer server =
            Servers.PostgreSql().WithDatabase("shop").WithUsername("clerk").WithPassword("s;ecret'").Build();
        await server.StartAsync(Ct);
        string address = server.GetConnectionString(ConnectionMode.Host);
        await ExecuteAsync(address, "create table item (name text); insert into item values ('book')");

        await server.KillAsync(Ct);
        await Should.ThrowAsync<NpgsqlException>(() => ExecuteAsync(address, "select 1"));
        await server.StartAgainAsync(Ct);

        server.GetConnectionString(ConnectionMode.Host).ShouldBe(address);
        (await ExecuteAsync(address, "select name from item")).ShouldBe("book");
    }

    [Fact]
    public async Task Exec_PausedAndUnpaused_AnswersAgain()
    {
        await using PostgreSqlContainer server = Servers.PostgreSql().Build();
        await server.StartAsync(Ct);

        await server.FreezeAsync(Ct);
        await Should.ThrowAsync<NpgsqlException>(() => ExecuteAsync(server.GetConnectionString() + ";Timeout=1", "select 1"));
        await server.UnpauseAsync(Ct);

        (await server.ExecAsync(["psql", "-U", "postgres", "-Atc", "select 6 * 7"], Ct)).Stdout.Trim().ShouldBe("42");
    }

    [Fact]
    public async Task Start_ServerEndsByItself_SaysSoWithItsLog()
    {
        await using PostgreSqlContainer server = Servers.PostgreSql().WithCommand("-c", "max_connections=none").Build();

        Exception error = await Should.ThrowAsync<Exception>(() => server.StartAsync(Ct));

        error.Message.ShouldContain("max_connections");
    }

    private static async Task<object?> ExecuteAsync(string address, string sql)
    {
        await using var connection = new NpgsqlConnection(address + ";Pooling=false");
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }
}
