using System.Text;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sagas.Contracts;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.Persistence;
using Sagas.Tests;
using Sagas.Tests.Operations.CommandLine;
using Sagas.Worker;
using Testcontainers.PostgreSql;

namespace Sagas.IntegrationTests.Operations;

/// <summary>
/// The users of <c>docs/least-privilege.md</c>, made by the very lines of that page, run sagas from start to end, and may
/// do nothing else.
/// </summary>
public sealed class LeastPrivilegeTests(Broker broker, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Database = "sagas_production";

    private const string Definition =
        """
        { "name": "trip", "version": 1, "steps": [
          { "name": "hold-hotel", "queue": "hotels", "format": "json", "timeout": "30s", "compensation": true },
          { "name": "hold-flight", "queue": "flights", "format": "json", "timeout": "60s", "compensation": true } ] }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-rights-").FullName;
    private readonly PostgreSqlContainer _database = Servers.PostgreSql().Build();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sagas"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "sagas", "trip.json"), Definition);
        await _database.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Proves("access-least-privilege")]
    [Fact]
    public async Task Run_UsersOfTheRecipe_CarrySagasToTheirEndAndMayDoNothingElse()
    {
        await FollowTheRecipeAsync();
        using var host = SagasHost.Create(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Sagas"] = Postgres("sagas_worker", "worker-password"),
            ["ConnectionStrings:RabbitMq"] = await RabbitMqAsync("sagas-worker", "worker-password"),
            ["Sagas:Definitions:Path"] = Path.Combine(_folder, "sagas"),
            ["Sagas:Health:File"] = Path.Combine(_folder, "health"),
            ["Sagas:Api:Enabled"] = "false",
        });
        await host.StartAsync(Ct);
        await using var hotels = await ParticipantAsync("hotels");
        await using var flights = await ParticipantAsync("flights");
        await using var shop = await Peer.ConnectAsync(await RabbitMqAsync("shop", "shop-password"), "shop.answers");
        await shop.Channel.QueueBindAsync("shop.answers", "saga.event", "", cancellationToken: Ct);

        await shop.SendAsync("StartSaga", Start("good"));
        await shop.UntilAsync("SagaAccepted", 1);
        await shop.UntilAsync("SagaCompleted", 1);

        await shop.SendAsync("StartSaga", Start("fail"));
        await shop.UntilAsync("SagaCompensated", 1);

        await shop.SendAsync("StartSaga", Start("silent"));
        await shop.UntilAsync("SagaAccepted", 3);
        await Poll.UntilAsync(
            "the silent step", _ => Task.FromResult(flights.Received.Count(x => x.Type == "ExecuteStep") == 3), ct: Ct);
        await using var people = await Peer.ConnectAsync(await RabbitMqAsync("operator", "operator-password"), "operator.answers");
        await people.SendAsync("CancelSaga", new JsonObject
        {
            ["sagaId"] = (string)flights.Received.Last(x => x.Type == "ExecuteStep").Body["sagaId"]!,
            ["operator"] = "anna",
            ["reason"] = "takes too long",
        });
        await people.UntilAsync("CommandAccepted", 1);
        await shop.UntilAsync("SagaCompensated", 2);

        await shop.SendAsync(null, new JsonObject(), hasAnswer: false);
        await Poll.UntilAsync(
            "the bad message to be set aside",
            async ct => await people.Channel.BasicGetAsync("sagas_error", autoAck: true, ct) is not null
                || await people.Channel.BasicGetAsync("sagas_skipped", autoAck: true, ct) is not null,
            ct: Ct);

        // As the API asks: over the temporary queue.
        var client = host.Services.GetRequiredService<IBus>().CreateRequestClient<AbortSaga>(new Uri("exchange:sagas"));
        var refusal = await client.GetResponse<CommandAccepted, RequestRefused>(
            new AbortSaga { SagaId = Guid.NewGuid(), Operator = "anna", Reason = "none" }, Ct);
        refusal.Is(out Response<RequestRefused>? _).ShouldBeTrue();

        await MayNotAsync();
        await host.StopAsync(Ct);
    }

    private async Task MayNotAsync()
    {
        var (worker, shop, hotels, people) = (
            await RabbitMqAsync("sagas-worker", "worker-password"), await RabbitMqAsync("shop", "shop-password"),
            await RabbitMqAsync("hotels", "hotels-password"), await RabbitMqAsync("operator", "operator-password"));
        (string Address, string What, Func<IChannel, Task> Action)[] forbidden =
        [
            (worker, "worker deletes a queue", x => x.QueueDeleteAsync("hotels", cancellationToken: Ct)),
            (worker, "worker deletes its own queue", x => x.QueueDeleteAsync("sagas", cancellationToken: Ct)),
            (worker, "worker reads a participant's queue", x => x.BasicGetAsync("hotels", true, Ct)),
            (worker, "worker writes elsewhere", x => PublishAsync(x, "amq.topic")),
            (shop, "shop reads the workers' queue", x => x.BasicGetAsync("sagas", true, Ct)),
            (shop, "shop reads what was set aside", x => x.BasicGetAsync("sagas_error", true, Ct)),
            (shop, "shop commands a participant", x => PublishAsync(x, "hotels")),
            (shop, "shop forges an event", x => PublishAsync(x, "saga.completed")),
            (shop, "shop writes to any queue", x => PublishAsync(x, "")),
            (shop, "shop declares a queue", x => x.QueueDeclareAsync("elsewhere", cancellationToken: Ct)),
            (hotels, "hotels reads the workers' queue", x => x.BasicGetAsync("sagas", true, Ct)),
            (hotels, "hotels reads another one's commands", x => x.BasicGetAsync("flights", true, Ct)),
            (hotels, "hotels commands another one", x => PublishAsync(x, "flights")),
            (hotels, "hotels writes to any queue", x => PublishAsync(x, "")),
            (hotels, "hotels deletes the workers' queue", x => x.QueueDeleteAsync("sagas", cancellationToken: Ct)),
            (people, "operator reads the workers' queue", x => x.BasicGetAsync("sagas", true, Ct)),
            (people, "operator commands a participant", x => PublishAsync(x, "hotels")),
            (people, "operator deletes what was set aside", x => x.QueueDeleteAsync("sagas_error", cancellationToken: Ct)),
        ];
        foreach (var (address, what, action) in forbidden)
        {
            await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(Ct);
            await using var channel = await connection.CreateChannelAsync(Peer.Confirmed, Ct);
            var refusal = await Should.ThrowAsync<OperationInterruptedException>(() => action(channel), what);
            refusal.ShutdownReason!.ReplyCode.ShouldBe((ushort)403, what);
        }

        (string Database, string Sql)[] statements =
        [
            (Postgres("sagas_worker", "worker-password"), "create table sagas.mine (id int)"),
            (Postgres("sagas_worker", "worker-password"), "drop table sagas.saga_history"),
            (Postgres("sagas_worker", "worker-password"), "truncate sagas.saga_history"),
            (Postgres("sagas_worker", "worker-password"), "create table public.mine (id int)"),
            (Postgres("sagas_reader", "reader-password"), "update sagas.saga_state set state = 'Completed'"),
            (Postgres("sagas_reader", "reader-password"), "delete from sagas.outbox_message"),
            (Postgres("sagas_reader", "reader-password"), "select * from sagas.worker_secret"),
        ];
        foreach (var (database, sql) in statements)
        {
            var refusal = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(database, sql), sql);
            refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
        }

        await ExecuteAsync(Postgres("sagas_reader", "reader-password"), "select * from sagas.saga_state");
    }

    /// <summary>Runs the lines of the page, first those for the administrator, and then has him declare and migrate.</summary>
    private async Task FollowTheRecipeAsync()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "least-privilege.md"), Ct);
        var server = await broker.Server;
        var lines = Blocks(page, "sh").SelectMany(x => x.Split('\n')).Where(x => x.Length > 0).ToList();
        lines.Count.ShouldBeGreaterThan(10);
        foreach (var line in lines)
        {
            var done = await server.ExecAsync(["sh", "-c", line], Ct);
            done.ExitCode.ShouldBe(0L, $"{line}: {done.Stderr}");
        }

        var sql = Blocks(page, "sql").ToList();
        sql.Count.ShouldBe(2);
        await RunAsSuperuserAsync(sql[0]);
        var migrated = await CommandRun.PipedAsync("migrate", "--database", Postgres("sagas_migrator", "migrator-password"));
        migrated.ExitCode.ShouldBe(0, migrated.Error);
        await RunAsSuperuserAsync(sql[1]);
        var declared = await CommandRun.PipedAsync(
            "topology",
            "--broker", await RabbitMqAsync("sagas-admin", "admin-password"),
            "--definitions", Path.Combine(_folder, "sagas"));
        declared.ExitCode.ShouldBe(0, declared.Error);
        output.WriteLine(declared.Output);
    }

    private async Task RunAsSuperuserAsync(string sql)
    {
        await _database.CopyAsync(Encoding.UTF8.GetBytes(sql), "/tmp/recipe.sql", ct: Ct);
        var superuser = new NpgsqlConnectionStringBuilder(_database.GetConnectionString());
        var run = await _database.ExecAsync(
            ["psql", "-v", "ON_ERROR_STOP=1", "-U", superuser.Username, "-d", superuser.Database, "-f", "/tmp/recipe.sql"], Ct);
        run.ExitCode.ShouldBe(0L, run.Stderr);
    }

    private static IEnumerable<string> Blocks(string page, string language) =>
        page.Split($"\n```{language}\n").Skip(1).Select(x => x[..x.IndexOf("\n```", StringComparison.Ordinal)]);

    private static JsonObject Start(string way) => new()
    {
        ["sagaName"] = "trip",
        ["idempotencyKey"] = way,
        ["input"] = new JsonObject { ["way"] = way },
    };

    private static Task PublishAsync(IChannel channel, string exchange) =>
        channel.BasicPublishAsync(exchange, "hotels", ReadOnlyMemory<byte>.Empty, Ct).AsTask();

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private string Postgres(string user, string password) =>
        new NpgsqlConnectionStringBuilder(_database.GetConnectionString())
        {
            Database = Database,
            Username = user,
            Password = password,
        }.ConnectionString;

    private async Task<string> RabbitMqAsync(string user, string password) =>
        new UriBuilder((await broker.Server).GetConnectionString())
        {
            UserName = user,
            Password = password,
            Path = "sagas",
        }.Uri.ToString();

    /// <summary>One that answers as the saga's input says, at its second step.</summary>
    private async Task<Peer> ParticipantAsync(string name) => await Peer.ConnectAsync(
        await RabbitMqAsync(name, $"{name}-password"),
        name,
        (type, command) =>
        {
            var isExecution = type == "ExecuteStep";
            var way = isExecution && name == "flights" ? (string?)command["input"]!["way"] : null;
            return way == "silent" ? null : (way == "fail" ? "StepFailed" : "StepSucceeded", new JsonObject
            {
                ["sagaId"] = (string)command["sagaId"]!,
                ["step"] = (string)command["step"]!,
                ["direction"] = isExecution ? "Execute" : "Compensate",
                ["attempt"] = (int)command["attempt"]!,
                ["code"] = "FULL",
                ["message"] = "No seat is left.",
            });
        });

    /// <summary>Any AMQP client with a queue of its own, which sends to the exchange <c>sagas</c>.</summary>
    private sealed class Peer(IConnection connection, IChannel channel, string queue) : IAsyncDisposable
    {
        private readonly List<(string? Type, JsonNode Body)> _received = [];

        public static CreateChannelOptions Confirmed { get; } =
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

        public IChannel Channel => channel;

        public IReadOnlyList<(string? Type, JsonNode Body)> Received
        {
            get
            {
                lock (_received)
                {
                    return [.. _received];
                }
            }
        }

        public static async Task<Peer> ConnectAsync(
            string address, string queue, Func<string?, JsonNode, (string Type, JsonObject Body)?>? answer = null)
        {
            var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(Ct);
            var channel = await connection.CreateChannelAsync(Confirmed, Ct);
            var peer = new Peer(connection, channel, queue);
            await channel.QueueDeclareAsync(
                queue, true, false, false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Ct);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += async (_, delivery) =>
            {
                var (type, body) = (delivery.BasicProperties.Type, JsonNode.Parse(delivery.Body.Span)!);
                lock (peer._received)
                {
                    peer._received.Add((type, body));
                }

                if (answer?.Invoke(type, body) is { } given)
                {
                    await peer.SendAsync(given.Type, given.Body, hasAnswer: false);
                }
            };
            await channel.BasicConsumeAsync(queue, autoAck: true, consumer, Ct);
            return peer;
        }

        public Task SendAsync(string? type, JsonObject body, bool hasAnswer = true) => channel.BasicPublishAsync(
            "sagas",
            "",
            mandatory: true,
            new BasicProperties
            {
                Type = type,
                ContentType = "application/json",
                ReplyTo = hasAnswer ? queue : null,
                Persistent = true,
            },
            Encoding.UTF8.GetBytes(body.ToJsonString()),
            Ct).AsTask();

        public Task UntilAsync(string type, int count) => Poll.UntilAsync(
            $"{count} {type}", _ => Task.FromResult(Received.Count(x => TypeOf(x) == type) >= count), ct: Ct);

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }

        /// <summary>Answers name their type in a property, events in their envelope.</summary>
        private static string? TypeOf((string? Type, JsonNode Body) message) =>
            message.Type ?? ((string?)message.Body["messageType"]?[0])?.Split(':')[^1];
    }
}
