using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Contracts;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests.Orchestration;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>
/// A server that answers and refuses the worker: every start that was sent meanwhile, and every one that is sent after it,
/// ends, and nothing is in the error queue.
/// </summary>
public sealed class PostgresRefusalTests(PostgresServer server, Broker broker)
{
    private const int Starts = 50;

    private const string Definition =
        """{ "name": "order", "version": 1, "steps": [ { "name": "pay", "queue": "participants" } ] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-refuses-worker")]
    [Fact]
    public async Task Start_PasswordIsRotated_EverySagaEndsAndNothingIsSetAside()
    {
        await using var run = await StartAsync();
        await run.BreakAsync("28P01", $"ALTER ROLE {run.Role} PASSWORD 'another'");

        await run.MendAsync($"ALTER ROLE {run.Role} PASSWORD '{Run.Password}'");

        await run.AllEndAsync(2 * Starts);
    }

    [Proves("database-refuses-worker")]
    [Fact]
    public async Task Start_DatabaseIsRenamed_EverySagaEndsAndNothingIsSetAside()
    {
        await using var run = await StartAsync();
        await run.BreakAsync(
            "3D000",
            $"ALTER DATABASE {run.Name} WITH ALLOW_CONNECTIONS false",
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{run.Name}'",
            $"ALTER DATABASE {run.Name} RENAME TO {run.Name}_away");

        await run.MendAsync(
            $"ALTER DATABASE {run.Name}_away RENAME TO {run.Name}",
            $"ALTER DATABASE {run.Name} WITH ALLOW_CONNECTIONS true");

        await run.AllEndAsync(2 * Starts);
    }

    [Proves("database-refuses-worker")]
    [Fact]
    public async Task Start_DatabaseIsReadOnlyForAWhile_EverySagaEndsAndNothingIsSetAside()
    {
        await using var run = await StartAsync();
        await run.BreakAsync("25006", $"ALTER DATABASE {run.Name} SET default_transaction_read_only = on");
        await run.UntilAsync(HealthStatus.Unhealthy);

        await run.MendAsync($"ALTER DATABASE {run.Name} RESET default_transaction_read_only");
        await run.EndSessionsAsync();

        await run.AllEndAsync(2 * Starts);
        await run.UntilAsync(HealthStatus.Healthy);
    }

    /// <summary>As after a failover: the old sessions stay what they were, for as long as they are there.</summary>
    [Proves("database-read-only-sessions")]
    [Fact]
    public async Task Start_SessionsStayReadOnly_NewOnesAreOpened()
    {
        await using var run = await StartAsync();
        await run.BreakAsync("25006", $"ALTER DATABASE {run.Name} SET default_transaction_read_only = on");

        await run.MendAsync($"ALTER DATABASE {run.Name} RESET default_transaction_read_only");

        await run.AllEndAsync(2 * Starts, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Stop_DeliveriesWaitForTheDatabase_EndsInTimeAndNothingIsSetAside()
    {
        await using var run = await StartAsync();
        await run.BreakAsync("28P01", $"ALTER ROLE {run.Role} PASSWORD 'another'");

        await run.Worker.StopAsync(Ct).WaitAsync(TimeSpan.FromSeconds(15), Ct);
        await run.ExecuteAsync($"ALTER ROLE {run.Role} PASSWORD '{Run.Password}'");
        await run.Worker.StartAgainAsync(Ct);

        await run.AllEndAsync(Starts);
    }

    private async Task<Run> StartAsync()
    {
        var run = new Run(await server.CreateDatabaseAsync(), await broker.Server);
        await run.StartAsync();
        return run;
    }

    /// <summary>A worker of a role and a virtual host of its own.</summary>
    private sealed class Run(ITestDatabase database, Testcontainers.RabbitMq.RabbitMqContainer broker) : IAsyncDisposable
    {
        public const string Password = "hush-4711";

        private readonly string _admin = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Database = "postgres",
            Pooling = false,
        }.ConnectionString;

        private Uri _broker = null!;

        public string Name { get; } = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;

        public string Role => $"w_{Name}";

        public EmbeddedWorker Worker { get; private set; } = null!;

        public async Task StartAsync()
        {
            await ExecuteAsync(
                $"CREATE ROLE {Role} LOGIN PASSWORD '{Password}'", $"ALTER DATABASE {Name} OWNER TO {Role}");
            (await broker.ExecAsync(["rabbitmqctl", "add_vhost", Name], Ct)).ExitCode.ShouldBe(0);
            var address = new UriBuilder(broker.GetConnectionString());
            (await broker.ExecAsync(
                ["rabbitmqctl", "set_permissions", "-p", Name, address.UserName, ".*", ".*", ".*"], Ct)).ExitCode.ShouldBe(0);
            address.Path = Name;
            _broker = address.Uri;
            var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Username = Role,
                Password = Password,
            };
            Worker = await EmbeddedWorker.StartAsync(
                Definition,
                Ct,
                settings: new Dictionary<string, string?>
                {
                    ["ConnectionStrings:RabbitMq"] = _broker.ToString(),
                    ["Sagas:Transport:StopTimeout"] = "10s",
                },
                database: settings.ConnectionString);
        }

        /// <summary>
        /// Has the server refuse the worker for good, sends it starts, and waits until it has said so in one line.
        /// </summary>
        public async Task BreakAsync(string state, params string[] statements)
        {
            await ExecuteAsync(statements);
            await EndSessionsAsync();
            await SendAsync();
            await Poll.UntilAsync(
                $"a line of {state}",
                _ => Task.FromResult(Worker.Log.Any(x => x.Contains($": {state}: ", StringComparison.Ordinal))),
                ct: Ct);
        }

        /// <summary>Has it take the worker back, and sends more.</summary>
        public async Task MendAsync(params string[] statements)
        {
            await ExecuteAsync(statements);
            await SendAsync();
        }

        public Task EndSessionsAsync() =>
            ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{Role}'");

        public async Task AllEndAsync(int count, TimeSpan? within = null)
        {
            await Poll.UntilAsync(
                "every saga to end",
                async _ => await Worker.ReadAsync(x => x.Sagas.CountAsync(saga => saga.State == "Completed", Ct)) == count,
                within,
                ct: Ct);
            (await SetAsideAsync()).ShouldBe(0u);

            // One line for each kind of failure, and none of them with a stack trace.
            Worker.Log.ShouldAllBe(x => !x.Contains("   at ", StringComparison.Ordinal));
            Worker.Log.Count(x => x.Contains(" fails", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(6);
        }

        /// <summary>Waits until the database's check says so, whose outcome holds for a second.</summary>
        public async Task UntilAsync(HealthStatus status)
        {
            var health = Worker.Services.GetRequiredService<HealthCheckService>();
            await Poll.UntilAsync(
                $"the database to be {status}",
                async ct => (await health.CheckHealthAsync(x => x.Name == "database", ct)).Status == status,
                ct: Ct);
        }

        public async Task ExecuteAsync(params string[] statements)
        {
            await using var connection = new NpgsqlConnection(_admin);
            await connection.OpenAsync(Ct);
            foreach (var statement in statements)
            {
                await using var command = new NpgsqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync(Ct);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Worker.DisposeAsync();
            await database.DisposeAsync();
        }

        private Task SendAsync() => Task.WhenAll(Enumerable.Range(0, Starts).Select(_ =>
            Worker.SendAsync(new StartSaga { SagaName = "order", SagaId = Guid.NewGuid() }, Ct)));

        private async Task<uint> SetAsideAsync()
        {
            await using var connection = await new ConnectionFactory { Uri = _broker }.CreateConnectionAsync(Ct);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
            try
            {
                return await channel.MessageCountAsync("sagas_error", Ct);
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
            {
                return 0;
            }
        }
    }
}
