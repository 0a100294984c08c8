using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Contracts;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests.Operations.Api;
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

    [Proves("database-constraint-of-others")]
    [Theory]
    [InlineData("23514", "ALTER TABLE sagas.saga_state ADD CONSTRAINT dba CHECK (name <> 'order')", "ALTER TABLE sagas.saga_state DROP CONSTRAINT dba")]
    [InlineData(
        "23503",
        "CREATE TABLE public.tenant (id uuid PRIMARY KEY); ALTER TABLE sagas.saga_state ADD CONSTRAINT dba FOREIGN KEY (id) REFERENCES public.tenant",
        "ALTER TABLE sagas.saga_state DROP CONSTRAINT dba")]
    [InlineData("23502", "ALTER TABLE sagas.saga_history ADD COLUMN tenant text NOT NULL", "ALTER TABLE sagas.saga_history DROP COLUMN tenant")]
    [InlineData("23505", "CREATE UNIQUE INDEX dba ON sagas.saga_state (name)", "DROP INDEX sagas.dba")]
    [InlineData(
        "P0001",
        "CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$; "
            + "CREATE TRIGGER dba BEFORE INSERT ON sagas.saga_state FOR EACH ROW EXECUTE FUNCTION public.no()",
        "DROP TRIGGER dba ON sagas.saga_state")]
    public async Task Start_SomebodyElsesConstraint_EverySagaEndsAndNothingIsSetAside(string state, string add, string drop)
    {
        await using var run = await StartAsync();
        await run.ExecuteHereAsync(add);
        await run.BreakAsync(state);

        await run.ExecuteHereAsync(drop);
        await run.MendAsync();

        await run.AllEndAsync(2 * Starts);
    }

    [Proves("database-constraint-of-others")]
    [Theory]
    [InlineData("'23514'", "DATABASE_REFUSED_ROW")]
    [InlineData("'P0001'", "DATABASE_UNAVAILABLE")]
    public async Task Ask_TriggerRefuses_IsA503(string state, string code)
    {
        var database = await server.CreateDatabaseAsync();
        await using var api = await ApiRun.StartAsync(Definition, Ct, database: database.ConnectionString);
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand(
                "CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS "
                + $"$$ BEGIN RAISE 'no' USING ERRCODE = {state}; END $$; "
                + "CREATE TRIGGER dba BEFORE INSERT ON sagas.operator_action FOR EACH ROW EXECUTE FUNCTION public.no()",
                connection);
            await command.ExecuteNonQueryAsync(Ct);
        }

        var reply = await api.PostAsync(
            "/api/v1/definitions/order/1/withdraw", """{ "reason": "old" }""", Ct);

        reply.ShouldBeProblem(503, code);
    }

    [Proves("database-limits-of-others")]
    [Theory]
    [InlineData("57014", "statement_timeout = '1ms'", "statement_timeout")]
    [InlineData("53300", "CONNECTION LIMIT 0", "CONNECTION LIMIT -1")]
    [InlineData("25006", "default_transaction_read_only = on", "default_transaction_read_only")]
    [InlineData("28000", "NOLOGIN", "LOGIN")]
    public async Task Start_RoleIsLimited_EverySagaEndsAndNothingIsSetAside(string state, string set, string reset)
    {
        await using var run = await StartAsync();
        await run.BreakAsync(state, $"ALTER ROLE {run.Role} {(set.Contains('=') ? "SET " : "")}{set}");

        await run.MendAsync($"ALTER ROLE {run.Role} {(set.Contains('=') ? "RESET " : "")}{reset}");
        await run.EndSessionsAsync();

        await run.AllEndAsync(2 * Starts, TimeSpan.FromSeconds(60));
    }

    /// <summary>Limits that a worker can live with: no delivery takes as long.</summary>
    [Proves("database-limits-of-others")]
    [Theory]
    [InlineData("statement_timeout = '5s'")]
    [InlineData("lock_timeout = '1ms'")]
    [InlineData("idle_in_transaction_session_timeout = '1s'")]
    [InlineData("transaction_timeout = '1s'")]
    [InlineData("idle_session_timeout = '200ms'")]
    public async Task Start_RoleHasTimeouts_EverySagaEndsAndNothingIsSetAside(string set)
    {
        await using var run = await StartAsync();
        await run.ExecuteAsync($"ALTER ROLE {run.Role} SET {set}");
        await run.EndSessionsAsync();
        await run.MendAsync();
        await run.AllEndAsync(Starts);

        await run.Worker.StopAsync(Ct);
        await run.Worker.StartAgainAsync(Ct);
        await run.MendAsync();

        await run.AllEndAsync(2 * Starts, TimeSpan.FromSeconds(60));
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

        /// <summary>In the worker's own database, as a superuser.</summary>
        public async Task ExecuteHereAsync(string statements)
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand(statements, connection);
            await command.ExecuteNonQueryAsync(Ct);
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
