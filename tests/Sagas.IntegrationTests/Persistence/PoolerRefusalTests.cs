using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Npgsql;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests;
using Sagas.Tests.Operations.CommandLine;
using Testcontainers.PostgreSql;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>PgBouncer refuses by itself what the worker needs, whatever the server behind it would say.</summary>
public sealed class PoolerRefusalTests : IAsyncLifetime
{
    private const int NotWell = 1;
    private const int ConfigurationError = 2;

    private readonly INetwork _network = Servers.Network().Build();
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-pooler-").FullName;
    private PostgreSqlContainer? _database;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = Servers.PostgreSql().WithNetwork(_network).WithNetworkAliases("postgres").Build();
        await _database.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _database!.DisposeAsync();
        await _network.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Proves("database-pooler-refuses")]
    [Fact]
    public async Task Start_PoolerIsInStatementMode_SaysWhatToSetAndEnds()
    {
        await using var pooler = await StartPoolerAsync("statement");
        var database = Connection(pooler);

        var run = await RunAsync(database);
        var migration = await CommandRun.PipedAsync("migrate", "--database", database);
        var doctor = await CommandRun.PipedAsync("doctor", "--database", database);

        run.ExitCode.ShouldBe(ConfigurationError);
        run.Error.ShouldContain("statement mode");
        run.Error.ShouldContain("pool_mode = transaction or session");
        run.Output.ShouldNotContain("   at ");
        migration.ExitCode.ShouldBe(ConfigurationError);
        migration.Error.ShouldContain("pool_mode = transaction or session");
        doctor.ExitCode.ShouldBe(NotWell);
        doctor.Output.ShouldContain("fail  pooler");
        doctor.Output.ShouldContain("pool_mode = transaction or session");
    }

    [Proves("database-pooler-refuses")]
    [Fact]
    public async Task Start_PoolerTakesNotWhatTheConnectionStringSets_SaysSoAndEnds()
    {
        await using var pooler = await StartPoolerAsync("transaction");

        var run = await RunAsync($"{Connection(pooler)};Search Path=somewhere");

        run.ExitCode.ShouldBe(ConfigurationError);
        run.Error.ShouldContain("unsupported startup parameter: search_path");
        run.Error.ShouldContain("ignore_startup_parameters");
    }

    [Proves("database-pooler-refuses")]
    [Fact]
    public async Task Start_PoolerRefusesThePassword_SaysSoAndEndsAsWithoutIt()
    {
        await using var pooler = await StartPoolerAsync("transaction");

        var run = await RunAsync(Connection(pooler, "another"));

        run.ExitCode.ShouldBe(NotWell);
        run.Error.ShouldContain("refuses the credentials");
        run.Error.ShouldNotContain("another");
    }

    private Task<WorkerProcess.Result> RunAsync(string database) => WorkerProcess.RunAsync(
        [], _folder, new Dictionary<string, string> { ["ConnectionStrings__Sagas"] = database });

    private async Task<IContainer> StartPoolerAsync(string mode)
    {
        var settings = Settings;
        var pooler = Servers.PgBouncer(_network, "postgres", settings.Username!, settings.Password!, 0, mode).Build();
        await pooler.StartAsync(Ct);
        return pooler;
    }

    private string Connection(IContainer pooler, string? password = null) => new NpgsqlConnectionStringBuilder
    {
        Host = pooler.Hostname,
        Port = pooler.GetMappedPublicPort(PostgreSqlBuilder.PostgreSqlPort),
        Database = Settings.Database,
        Username = Settings.Username,
        Password = password ?? Settings.Password,
    }.ConnectionString;

    private NpgsqlConnectionStringBuilder Settings => new(_database!.GetConnectionString());
}
