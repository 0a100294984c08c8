using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Sagas.IntegrationTests.Containers;
using Sagas.Persistence;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Store;
using Testcontainers.PostgreSql;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>A client that vanishes without a word holds its locks until PostgreSQL notices.</summary>
public sealed class SilentSessionTests(PostgresServer shared)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// Half of a batch arrived: PostgreSQL has executed the first commands and waits for the others, which is no idle
    /// transaction to it.
    /// </summary>
    [Proves("database-cut")]
    [Fact]
    public async Task Cut_InTheMiddleOfTheWorkersBatch_LocksAreFree()
    {
        await CutInTheMiddleOfABatchAsync<SagaStoreDbContext>(AsWorker);
    }

    [Proves("database-cut")]
    [Fact]
    public async Task Cut_InTheMiddleOfAParticipantsBatch_LocksAreFree()
    {
        await CutInTheMiddleOfABatchAsync<ParticipantContext>(connectionString => new ServiceCollection()
            .AddDbContext<ParticipantContext>(x => x.UseSagaDatabase(SagaDatabase.Detect(connectionString)))
            .BuildServiceProvider());
    }

    [Fact]
    public async Task Open_ConnectionStringSetsSome_ItsSettingsWin()
    {
        await using var database = await shared.CreateDatabaseAsync();
        await using var services = AsWorker(new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Options = "-c tcp_user_timeout=3000 -c idle_in_transaction_session_timeout=0",
        }.ConnectionString);
        await using var scope = services.CreateAsyncScope();

        var settings = await scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>().Database.SqlQuery<string>($"""
            SELECT concat_ws(' ', current_setting('tcp_keepalives_idle'), current_setting('tcp_user_timeout'),
                current_setting('idle_in_transaction_session_timeout')) AS "Value"
            """).SingleAsync(Ct);

        settings.ShouldBe("5 3000 0");
    }

    private static ServiceProvider AsWorker(string connectionString)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSagaPersistence(connectionString);
        return services.BuildServiceProvider();
    }

    private static async Task CutInTheMiddleOfABatchAsync<TContext>(Func<string, ServiceProvider> connect)
        where TContext : DbContext
    {
        await using var network = Servers.Network().Build();
        await using var server = Servers.PostgreSql().WithNetwork(network).Build();
        await server.StartAsync(Ct);
        // Straight to the container: the engine would close a connection to a published port with the network.
        await using var services = connect(new NpgsqlConnectionStringBuilder(server.GetConnectionString())
        {
            Host = await server.FindAddressAsync(Ct),
            Port = PostgreSqlBuilder.PostgreSqlPort,
        }.ConnectionString);
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<TContext>();
        await context.Database.OpenConnectionAsync(Ct);
        await using var parameter = new HalfStream();
        var sending = SendHalfABatchAsync((NpgsqlConnection)context.Database.GetDbConnection(), parameter);
        try
        {
            await UntilLocksAsync(server, 1);

            await server.DisconnectAsync(network, Ct);

            await UntilLocksAsync(server, 0);
        }
        finally
        {
            parameter.BreakOff();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendHalfABatchAsync(NpgsqlConnection connection, HalfStream parameter)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock(1)"),
                new NpgsqlBatchCommand("SELECT length($1)")
                {
                    Parameters =
                    {
                        new NpgsqlParameter { Value = parameter, NpgsqlDbType = NpgsqlDbType.Bytea },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>Asks within the container, which no network is needed for.</summary>
    private static Task UntilLocksAsync(PostgreSqlContainer server, int count) => Poll.UntilAsync(
        $"{count} locks",
        async token =>
        {
            var asked = await server.ExecScriptAsync(
                "select 'locks: ' || count(*) from pg_locks where locktype = 'advisory' and granted", token);
            return asked.Stdout.Contains($"locks: {count}", StringComparison.Ordinal);
        },
        TimeSpan.FromSeconds(30),
        ct: Ct);

    private sealed class ParticipantContext(DbContextOptions options) : DbContext(options);

    /// <summary>The first half is there at once, the second never comes.</summary>
    private sealed class HalfStream() : MemoryStream(new byte[100_000])
    {
        private readonly TaskCompletionSource _other = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void BreakOff()
        {
            _other.TrySetException(new IOException("The other half never comes."));
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var left = (int)((Length / 2) - Position);
            if (left == 0)
            {
                await _other.Task;
            }

            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, left)], cancellationToken);
        }
    }
}
