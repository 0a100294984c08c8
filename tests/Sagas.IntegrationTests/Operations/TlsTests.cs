using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.IntegrationTests.Containers;
using Sagas.Orchestration.Transport;
using Sagas.Tests.Transport;
using Sagas.Worker;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Operations;

/// <summary>
/// TLS to database and broker with certificates of an authority of one's own, as in <c>docs/security.md</c>. The worker
/// runs in this process; the servers' certificates are for <c>localhost</c>.
/// </summary>
public sealed class TlsTests(TlsTests.Fixture fixture) : IClassFixture<TlsTests.Fixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ServersOfTheNamedAuthority_SpeaksTlsToBoth()
    {
        using var worker = new Run(
            fixture.Database("localhost", $"Root Certificate={fixture.Files.AuthorityPath}"),
            fixture.Broker("localhost", $"?cacertfile={fixture.Files.AuthorityPath}"));

        await worker.Host.StartAsync(Ct);

        var health = worker.Host.Services.GetRequiredService<HealthCheckService>();
        await Poll.UntilAsync(
            "a healthy worker", async token => (await health.CheckHealthAsync(token)).Status == HealthStatus.Healthy, ct: Ct);
        (await fixture.PlainSessionsAsync(Ct)).ShouldBe(0);
        await worker.Host.StopAsync(Ct);
    }

    [Proves("access-database-certificate")]
    [Theory]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1", true)]
    public async Task Start_DatabaseThatIsNotTrusted_SaysSoAndWhatToDo(string host, bool knowsAuthority)
    {
        using var worker = new Run(
            fixture.Database(host, knowsAuthority ? $"Root Certificate={fixture.Files.AuthorityPath}" : ""),
            fixture.Broker("localhost", $"?cacertfile={fixture.Files.AuthorityPath}"));

        await worker.StartInVainAsync("name the file of the authority that made its certificate (Root Certificate=/path/ca.pem)");
    }

    [Proves("access-broker-certificate")]
    [Theory]
    [InlineData("localhost", false, "is of no authority that this machine trusts")]
    [InlineData("127.0.0.1", true, "(CN=localhost) is not for '127.0.0.1'")]
    public async Task Start_BrokerThatIsNotTrusted_SaysSoAndWhatToDo(string host, bool knowsAuthority, string reason)
    {
        using var worker = new Run(
            fixture.Database("localhost", $"Root Certificate={fixture.Files.AuthorityPath}"),
            fixture.Broker(host, knowsAuthority ? $"?cacertfile={fixture.Files.AuthorityPath}" : ""));

        await worker.StartInVainAsync(reason);
    }

    /// <summary>A PostgreSQL server and a broker that speak TLS.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private const string User = "sagas";
        private const string Password = "hush-4711";
        private const int AmqpsPort = 5671;
        private const string StartWithTls =
            """
            install -o postgres -m 600 /tls/localhost.key /tmp/server.key
            exec docker-entrypoint.sh postgres "$@" -c ssl=on -c ssl_cert_file=/tls/localhost.pem -c ssl_key_file=/tmp/server.key
            """;

        private readonly int _amqps = FreePort.Take();
        private PostgreSqlContainer? _database;
        private RabbitMqContainer? _broker;

        public CertificateFiles Files { get; } = new();

        public string Database(string host, string more) =>
            new NpgsqlConnectionStringBuilder($"{_database!.GetConnectionString()};SSL Mode=VerifyFull;{more}") { Host = host }
                .ConnectionString;

        public string Broker(string host, string query) => $"amqps://{User}:{Password}@{host}:{_amqps}{query}";

        public async Task<long> PlainSessionsAsync(CancellationToken ct)
        {
            await using var connection = new NpgsqlConnection(Database("localhost", $"Root Certificate={Files.AuthorityPath}"));
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand(
                "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL AND NOT ssl",
                connection);
            return (long)(await command.ExecuteScalarAsync(ct))!;
        }

        public async ValueTask InitializeAsync()
        {
            Files.Make("localhost");
            var settings = Path.Combine(Files.Folder, "tls.conf");
            await File.WriteAllTextAsync(
                settings,
                $"""
                listeners.ssl.default = {AmqpsPort}
                ssl_options.cacertfile = /tls/ca.pem
                ssl_options.certfile = /tls/localhost.pem
                ssl_options.keyfile = /tls/localhost.key

                """);

            // The servers' users are others than this one.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Files.Folder, (UnixFileMode)0b111_101_101);
            }

            _database = Servers.PostgreSql()
                .WithUsername(User).WithPassword(Password)
                .WithBindMount(Files.Folder, "/tls")
                .WithEntrypoint("sh", "-c", StartWithTls, "postgres")
                .Build();
            _broker = Servers.RabbitMq()
                .WithUsername(User).WithPassword(Password)
                .WithBindMount(Files.Folder, "/tls")
                .WithBindMount(settings, "/etc/rabbitmq/conf.d/90-tls.conf")
                .WithPortBinding(_amqps, AmqpsPort)
                .Build();
            await Task.WhenAll(_database.StartAsync(), _broker.StartAsync());
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var container in new IAsyncDisposable?[] { _broker, _database })
            {
                await (container?.DisposeAsync() ?? ValueTask.CompletedTask);
            }

            Files.Dispose();
        }
    }

    /// <summary>A worker in this process, whose log is read.</summary>
    private sealed class Run : IBusExtension, ILoggerProvider, ILogger, IDisposable
    {
        private readonly ConcurrentQueue<string> _log = new();
        private readonly string _folder = Directory.CreateTempSubdirectory("sagas-tls-").FullName;

        public Run(string database, string broker) => Host = SagasHost.Create(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Sagas"] = database,
                ["ConnectionStrings:RabbitMq"] = broker,
                ["Sagas:Definitions:Path"] = _folder,
                ["Sagas:Health:File"] = Path.Combine(_folder, "health"),
                ["Sagas:Api:Enabled"] = "false",
            },
            this);

        public IHost Host { get; }

        public void Register(IBusRegistrationConfigurator bus) => bus.AddSingleton<ILoggerProvider>(this);

        public void Configure(IRegistrationContext context, IBusFactoryConfigurator bus)
        {
        }

        /// <summary>
        /// Starts the worker, which waits for ever, until the log says why; no line has a password in it.
        /// </summary>
        public async Task StartInVainAsync(string reason)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var starting = Host.StartAsync(stop.Token);
            await Poll.UntilAsync(
                reason, _ => Task.FromResult(_log.Any(x => x.Contains(reason, StringComparison.Ordinal))), ct: Ct);
            starting.IsCompleted.ShouldBeFalse();
            _log.ShouldNotContain(x => x.Contains("hush-4711", StringComparison.Ordinal));
            await stop.CancelAsync();
            await starting.ContinueWith(_ => { }, Ct, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _log.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
                Host.Dispose();
            }
        }
    }
}
