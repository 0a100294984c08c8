using System.Globalization;
using System.Text;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Networks;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Containers;

/// <summary>
/// What tests run on: the servers, with ports that stay the same over kill and start, and the product's own images.
/// Which images, the variables that <c>./test</c> sets say (<c>POSTGRES_IMAGE</c> and so on), else the public names.
/// </summary>
public static class Servers
{
    // Testcontainers' own default is a second, for each container of each test.
    static Servers() => TestcontainersSettings.WaitStrategyInterval ??= TimeSpan.FromMilliseconds(100);

    /// <summary>The image of PostgreSQL.</summary>
    public static string PostgreSqlImage => Image("POSTGRES_IMAGE", "postgres:17");

    /// <summary>The image of PgBouncer.</summary>
    public static string PgBouncerImage => Image("PGBOUNCER_IMAGE", "edoburu/pgbouncer:v1.24.1-p1");

    /// <summary>The image of RabbitMQ.</summary>
    public static string RabbitMqImage => Image("RABBITMQ_IMAGE", "rabbitmq:4-management");

    /// <summary>The worker's own image with a clock that tests set.</summary>
    public static string WorkerWithClockImage => Image("WORKER_CLOCK_IMAGE", "sagas-worker-clock");

    /// <summary>
    /// A PostgreSQL server to be built. It keeps every commit over a kill (Testcontainers' own default does not).
    /// </summary>
    public static PostgreSqlBuilder PostgreSql() => new PostgreSqlBuilder(PostgreSqlImage)
        .WithLogger(NullLogger.Instance)
        .WithPortBinding(FreePort.Take(), PostgreSqlBuilder.PostgreSqlPort)
        .WithConnectionStringProvider(new QuotedConnectionString())
        .WithCommand("-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on")
        .WithCommand("-c", "max_connections=300");

    /// <summary>A PgBouncer before a PostgreSQL server, to be built; it accepts the server's own user.</summary>
    /// <param name="network">Where it finds the server.</param>
    /// <param name="server">The server's name on that network.</param>
    /// <param name="user">The user of the server, and of the pooler's clients.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="preparedStatements">
    /// How many prepared statements it keeps for each connection; 0, as every PgBouncer before 1.21, for none.
    /// </param>
    /// <param name="mode">Its <c>pool_mode</c>.</param>
    public static ContainerBuilder PgBouncer(
        INetwork network, string server, string user, string password, int preparedStatements, string mode = "transaction") =>
        Container(PgBouncerImage)
            .WithNetwork(network)
            .WithPortBinding(FreePort.Take(), PostgreSqlBuilder.PostgreSqlPort)
            .WithEntrypoint("pgbouncer")
            .WithCommand("/etc/pgbouncer/pgbouncer.ini")
            .WithResourceMapping(Encoding.UTF8.GetBytes($"\"{user}\" \"{password}\"\n"), "/etc/pgbouncer/users.txt")
            .WithResourceMapping(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
                    [databases]
                    * = host={server} port=5432
                    [pgbouncer]
                    listen_addr = *
                    listen_port = 5432
                    pool_mode = {mode}
                    auth_type = scram-sha-256
                    auth_file = /etc/pgbouncer/users.txt
                    default_pool_size = 20
                    max_client_conn = 1000
                    max_prepared_statements = {preparedStatements}
                    pidfile =
                    """)),
                "/etc/pgbouncer/pgbouncer.ini")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("process up"));

    /// <summary>A RabbitMQ broker to be built.</summary>
    public static RabbitMqBuilder RabbitMq() => new RabbitMqBuilder(RabbitMqImage)
        .WithLogger(NullLogger.Instance)
        .WithPortBinding(FreePort.Take(), RabbitMqBuilder.RabbitMqPort);

    /// <summary>A network on which containers find each other by name, to be built.</summary>
    public static NetworkBuilder Network() => new NetworkBuilder().WithLogger(NullLogger.Instance);

    /// <summary>A container of any image, to be built.</summary>
    public static ContainerBuilder Container(string image) => new ContainerBuilder(image).WithLogger(NullLogger.Instance);

    /// <summary>The worker's own image on a network, to be built; it is ready once its health check succeeds.</summary>
    /// <param name="network">Where it finds its servers.</param>
    /// <param name="postgreSql">The connection string of its database, as seen on that network.</param>
    /// <param name="rabbitMq">The address of its broker, as seen on that network.</param>
    public static ContainerBuilder Worker(INetwork network, string postgreSql, string rabbitMq) =>
        Product("WORKER_IMAGE", "sagas-worker")
            .WithNetwork(network)
            .WithEnvironment("ConnectionStrings__Sagas", postgreSql)
            .WithEnvironment("ConnectionStrings__RabbitMq", rabbitMq)
            .WithRestartOnFailure()
            .WithWaitStrategy(Wait.ForUnixContainer().UntilContainerIsHealthy());

    /// <summary>The .NET sample participants on a network, to be built; ready once connected to the broker.</summary>
    /// <inheritdoc cref="Worker" path="/param" />
    public static ContainerBuilder Participants(INetwork network, string postgreSql, string rabbitMq) =>
        Participant("PARTICIPANTS_IMAGE", "sagas-participants", network)
            .WithEnvironment("ConnectionStrings__RabbitMq", rabbitMq)
            .WithEnvironment("ConnectionStrings__Participants", postgreSql);

    /// <summary>
    /// The sample participant in Python on a network, to be built; ready once connected to the broker.
    /// </summary>
    /// <inheritdoc cref="Worker" path="/param" />
    public static ContainerBuilder PythonParticipant(INetwork network, string rabbitMq) =>
        Participant("PYTHON_PARTICIPANT_IMAGE", "sagas-participant-python", network).WithEnvironment("AMQP_URL", rabbitMq);

    /// <summary>
    /// The sample participant in JavaScript on a network, to be built; ready once connected to the broker.
    /// </summary>
    /// <inheritdoc cref="Worker" path="/param" />
    public static ContainerBuilder JavaScriptParticipant(INetwork network, string rabbitMq) =>
        Participant("JAVASCRIPT_PARTICIPANT_IMAGE", "sagas-participant-javascript", network).WithEnvironment("AMQP_URL", rabbitMq);

    /// <summary>
    /// Has the engine start the container again when it ends by itself with an exit code other than 0. What kills it
    /// through the engine keeps it down.
    /// </summary>
    public static ContainerBuilder WithRestartOnFailure(this ContainerBuilder builder) => builder.WithCreateParameterModifier(
        x => x.HostConfig!.RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.OnFailure });

    /// <summary>
    /// Puts the container on one more network right after its start: an engine older than 25 takes only one when it creates
    /// a container. Not by <c>IContainer.ConnectAsync</c>, which waits there for the start itself.
    /// </summary>
    public static ContainerBuilder WithFurtherNetwork(this ContainerBuilder builder, INetwork network) =>
        builder.WithStartupCallback((container, ct) => container.ConnectAsync(network, [], ct));

    // Port 5672 is 1628 in that table, and 01 is a connection that is established.
    private static ContainerBuilder Participant(string variable, string image, INetwork network) =>
        Product(variable, image)
            .WithNetwork(network)
            .WithWaitStrategy(Wait.ForUnixContainer()
                .UntilCommandIsCompleted("sh", "-c", "grep -Eqs ':1628 01 ' /proc/net/tcp /proc/net/tcp6"));

    /// <summary>A container of an image that no registry has, since it is built from this checkout.</summary>
    private static ContainerBuilder Product(string variable, string image)
    {
        var chosen = Image(variable, image);
        return Container(chosen)
            // It lives for seconds: what a profile gains comes later than what making it costs (docs/performance.md).
            .WithEnvironment("DOTNET_TieredPGO", "0")
            .WithImagePullPolicy(found => found is null
                ? throw new DockerEngineException(
                    $"The image {chosen} is not here: run ./test, which builds it, or set {variable} to an image that is here.")
                : false);
    }

    private static string Image(string variable, string publicImage) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } image ? image : publicImage;
}
