using System.Text;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using Sagas.Contracts;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.Persistence;
using Sagas.Persistence.Watchdog;
using Sagas.Tests.Orchestration;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>One message never takes others along: whatever it is, the others of its queue are handled.</summary>
public sealed class FrameSizedMessageTests(PostgresServer server, Broker broker, ITestOutputHelper output)
{
    private const int Starts = 1_000;
    private const int BadOnes = 20;

    /// <summary>With all else that a sender may set still within a frame of 131,072 bytes.</summary>
    private const int HeaderBytes = 130_000;

    private const string Definition =
        """{ "name": "order", "version": 1, "steps": [ { "name": "pay", "queue": "participants" } ] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("message-headers-fill-frame")]
    [Fact]
    public async Task Send_AThousandStartsAroundMessagesThatFillAFrame_NoneIsLost()
    {
        await using var run = await StartAsync();

        for (var number = 0; number < Starts; number++)
        {
            await run.SendStartAsync($"order-{number}");
            if (number % (Starts / BadOnes) == 0)
            {
                await run.SendAsync("sagas", "{\"sagaName\":", Large());
            }
        }

        await run.UntilCompletedAsync(Starts);
        await Poll.UntilAsync(
            "the bad ones to be set aside", async ct => await run.CountAsync("sagas_error") == BadOnes, ct: Ct);
        var (properties, _) = await run.TakeAsync("sagas_error");
        Text(properties, "sagas-headers-cut").ShouldContain("'padding'");
        Text(properties, "MT-Fault-Message").ShouldContain("The body is not JSON");
        Text(properties, "tenant").ShouldBe("a");
        (await run.CountAsync("sagas")).ShouldBe(0u);
        run.Worker.Log.Count(x => x.Contains("were moved without the headers", StringComparison.Ordinal))
            .ShouldBeInRange(1, 3);
        run.Worker.Log.ShouldAllBe(x => !x.Contains("Connection", StringComparison.OrdinalIgnoreCase), run.Log());
        output.WriteLine(run.Log());
    }

    [Fact]
    public async Task Send_GoodStartThatFillsAFrame_IsStarted()
    {
        await using var run = await StartAsync();

        await run.SendStartAsync("order-1", Large());

        await run.UntilCompletedAsync(1);
    }

    /// <summary>The broker lets nobody but the user himself send it, and closes the channel.</summary>
    [Proves("message-user-id")]
    [Fact]
    public async Task Send_BadOneWithTheSendersUserId_IsSetAside()
    {
        await using var run = await StartAsync();

        await run.SendAsOtherUserAsync("sagas", "no JSON");

        await Poll.UntilAsync("it to be set aside", async ct => await run.CountAsync("sagas_error") == 1, ct: Ct);
        Text((await run.TakeAsync("sagas_error")).Properties, "sagas-user-id").ShouldBe(run.User);
    }

    /// <summary>As if the worker had died as often with the message in its hands.</summary>
    [Proves("message-delivered-again-and-again")]
    [Fact]
    public async Task Deliver_NineteenTimesInVain_IsCountedFromZeroAgain()
    {
        await using var run = await StartAsync();
        await run.Worker.StopAsync(Ct);
        await run.SendAsync("sagas", "no JSON");
        await run.SendStartAsync("order-1");
        for (var time = 0; time < 19; time++)
        {
            await run.ReceiveAndDieAsync("sagas", 2);
        }

        await run.Worker.StartAgainAsync(Ct);

        await run.UntilCompletedAsync(1);
        await Poll.UntilAsync("the bad one to be set aside", async ct => await run.CountAsync("sagas_error") == 1, ct: Ct);
        var headers = (await run.TakeAsync("sagas_error")).Properties.Headers!;
        headers["sagas-deliveries"].ShouldBe(19L);
        headers.ShouldNotContainKey("x-delivery-count");
    }

    /// <summary>
    /// The endpoint that answers come to ends with the connection and is not started by the bus: every request timed out.
    /// </summary>
    [Proves("broker-bus-endpoint-ended")]
    [Fact]
    public async Task Stop_TheBussOwnEndpoint_TheWatchdogStartsItAnew()
    {
        await using var run = await StartAsync();
        (await run.Worker.StartSagaAsync("order", Ct)).ShouldNotBe(Guid.Empty);
        var bus = run.Worker.Services.GetRequiredService<IBusControl>();
        var own = bus.CheckHealth().Endpoints.Single(x => x.Value.InputAddress.ToString().Contains("sagas.answers.", StringComparison.Ordinal));

        var endpoints = run.Worker.Services.GetRequiredService<IReceiveEndpoints>();
        await Poll.UntilAsync(
            "the watchdog to see it",
            async ct => (await endpoints.LookAsync(ct))?.Any(x => x == new EndpointLook(run.BusQueue(), true)) is true,
            ct: Ct);

        await own.Value.ReceiveEndpoint.Stop(Ct);

        await Poll.UntilAsync(
            "the bus's own endpoint to consume again",
            _ => Task.FromResult(bus.CheckHealth().Endpoints[own.Key].Status == BusHealthStatus.Healthy),
            TimeSpan.FromSeconds(25),
            ct: Ct);
        (await run.Worker.StartSagaAsync("order", Ct)).ShouldNotBe(Guid.Empty);
        run.Worker.Log.ShouldContain(x => x.Contains("starting its endpoint anew", StringComparison.Ordinal));
    }

    /// <summary>It says that it is ready, has no queue yet, and is no reason to end the process.</summary>
    [Fact]
    public async Task Look_BusThatHasAskedNothingYet_LeavesItsOwnEndpointOut()
    {
        await using var run = await StartAsync();
        var endpoints = run.Worker.Services.GetRequiredService<IReceiveEndpoints>();

        await Poll.UntilAsync(
            "all the others to consume",
            async ct => await endpoints.LookAsync(ct) is { Count: > 1 } looks && looks.All(look => look.IsConsuming),
            ct: Ct);

        (await endpoints.LookAsync(Ct)).ShouldNotBeNull().ShouldNotContain(look => look.Queue == run.BusQueue());
        run.Worker.Log.ShouldAllBe(x => !x.Contains("Nothing has consumed", StringComparison.Ordinal));
    }

    [Proves("message-bad-on-other-queues")]
    [Fact]
    public Task Send_BadOnesOfEveryKindToTheQueueOfHttpSteps_HarmNobody() => AbuseAsync(_ => "sagas.http");

    [Proves("message-bad-on-other-queues")]
    [Fact]
    public Task Send_BadOnesOfEveryKindToTheQueueOfAnswers_HarmNobody() => AbuseAsync(run => run.BusQueue());

    private async Task AbuseAsync(Func<Run, string> find)
    {
        await using var run = await StartAsync();
        (await run.Worker.StartSagaAsync("order", Ct)).ShouldNotBe(Guid.Empty);
        var queue = find(run);
        var fuzzer = new Fuzzer(7);
        var nobody = Guid.NewGuid();
        var victims = new Victims("answers", [nobody], [nobody], [nobody], nobody);

        for (var number = 0; number < 2_000; number++)
        {
            var input = fuzzer.Next(victims);
            if (input.Body.Length < 1024 * 1024)
            {
                await run.SendAsync(queue, input.Properties, input.Body);
            }
        }

        await run.SendAsync(queue, Faulty("queue:sagas"), contentType: Draft.EnvelopeType);
        await run.SendAsync(queue, "{\"messageType\":", Large());
        await Poll.UntilAsync("the queue to be empty", async _ => await run.CountAsync(queue) == 0, ct: Ct);
        for (var number = 0; number < 20; number++)
        {
            (await run.Worker.StartSagaAsync("order", Ct)).ShouldNotBe(Guid.Empty);
        }

        await run.UntilCompletedAsync(21);
        run.Worker.Log.ShouldAllBe(x => !x.Contains("   at ", StringComparison.Ordinal), run.Log());
        run.Worker.Log.Count.ShouldBeLessThan(400, run.Log());
    }

    private static string Faulty(string address) => new JsonObject
    {
        ["messageId"] = Guid.NewGuid().ToString(),
        ["responseAddress"] = address,
        ["faultAddress"] = address,
        ["messageType"] = new JsonArray("urn:message:Sagas.Contracts:ExecuteStep"),
        ["message"] = new JsonObject { ["sagaId"] = "none" },
    }.ToJsonString();

    private static BasicProperties Large() => new()
    {
        Headers = new Dictionary<string, object?> { ["padding"] = new byte[HeaderBytes], ["tenant"] = "a" },
    };

    private static string Text(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers is { } headers && headers.TryGetValue(header, out var value) && value is byte[] bytes
            ? Encoding.UTF8.GetString(bytes)
            : "";

    private async Task<Run> StartAsync()
    {
        var database = await server.CreateDatabaseAsync();
        var run = new Run(database, await broker.Server);
        await run.StartAsync();
        return run;
    }

    /// <summary>A worker of a virtual host of its own.</summary>
    private sealed class Run(Tests.Persistence.Contract.ITestDatabase database, RabbitMqContainer broker) : IAsyncDisposable
    {
        private readonly string _host = $"v{Guid.NewGuid():n}";
        private Uri _address = null!;
        private IConnection _connection = null!;
        private IChannel _channel = null!;

        public string User => _host;

        public EmbeddedWorker Worker { get; private set; } = null!;

        public async Task StartAsync()
        {
            var address = new UriBuilder(broker.GetConnectionString());
            await ExecuteAsync("add_vhost", _host);
            await ExecuteAsync("set_permissions", "-p", _host, address.UserName, ".*", ".*", ".*");
            address.Path = _host;
            _address = address.Uri;
            Worker = await EmbeddedWorker.StartAsync(
                Definition,
                Ct,
                settings: new Dictionary<string, string?> { ["ConnectionStrings:RabbitMq"] = _address.ToString() },
                database: database.ConnectionString);
            (_connection, _channel) = await ConnectAsync(_address);
        }

        /// <summary>Without what the runner cannot write: it drops the outcome of a test whose message has such a thing.</summary>
        public string Log() => new(
        [
            .. string.Join('\n', Worker.Log.Take(100))
                .Select(x => x != '\n' && (char.IsControl(x) || char.IsSurrogate(x)) ? ' ' : x),
        ]);

        public string BusQueue() => Worker.Services.GetRequiredService<IBus>().Address.Segments[^1];

        public Task SendStartAsync(string order, BasicProperties? properties = null)
        {
            properties ??= new BasicProperties();
            properties.Type = nameof(StartSaga);
            return SendAsync(
                "sagas",
                new JsonObject { ["sagaName"] = "order", ["input"] = new JsonObject(), ["idempotencyKey"] = order }.ToJsonString(),
                properties);
        }

        public Task SendAsync(
            string queue, string body, BasicProperties? properties = null, string contentType = "application/json")
        {
            properties ??= new BasicProperties();
            properties.ContentType = contentType;
            properties.Persistent = true;
            return SendAsync(queue, properties, Encoding.UTF8.GetBytes(body));
        }

        public Task SendAsync(string queue, BasicProperties properties, byte[] body) =>
            _channel.BasicPublishAsync("", queue, mandatory: true, properties, body, Ct).AsTask();

        public async Task SendAsOtherUserAsync(string queue, string body)
        {
            var properties = new BasicProperties { ContentType = "application/json", UserId = User };
            await ExecuteAsync("add_user", _host, "secret");
            await ExecuteAsync("set_permissions", "-p", _host, _host, ".*", ".*", ".*");
            var address = new UriBuilder(_address) { UserName = _host, Password = "secret" };
            var (connection, channel) = await ConnectAsync(address.Uri);
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes(body), Ct);
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }

        /// <summary>Receives messages, and ends without an acknowledgement.</summary>
        public async Task ReceiveAndDieAsync(string queue, int count)
        {
            var (connection, channel) = await ConnectAsync(_address);
            for (var number = 0; number < count; number++)
            {
                await Poll.UntilAsync(
                    "a delivery", async _ => await channel.BasicGetAsync(queue, autoAck: false, Ct) is not null, ct: Ct);
            }

            await connection.DisposeAsync();
        }

        public async Task<(IReadOnlyBasicProperties Properties, byte[] Body)> TakeAsync(string queue)
        {
            var taken = (await _channel.BasicGetAsync(queue, autoAck: true, Ct)).ShouldNotBeNull();
            return (taken.BasicProperties, taken.Body.ToArray());
        }

        public async Task<uint> CountAsync(string queue)
        {
            try
            {
                await using var channel = await _connection.CreateChannelAsync(cancellationToken: Ct);
                return (await channel.QueueDeclarePassiveAsync(queue, Ct)).MessageCount;
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                return 0;
            }
        }

        public Task UntilCompletedAsync(int count) => Poll.UntilAsync(
            $"{count} sagas to complete",
            async _ => await Worker.ReadAsync(x => x.Sagas.CountAsync(saga => saga.State == "Completed", Ct)) == count,
            TimeSpan.FromMinutes(2),
            ct: Ct);

        public async ValueTask DisposeAsync()
        {
            if (Worker is not null)
            {
                await Worker.DisposeAsync();
            }

            if (_connection is not null)
            {
                await _connection.DisposeAsync();
            }

            await database.DisposeAsync();
        }

        private static async Task<(IConnection Connection, IChannel Channel)> ConnectAsync(Uri address)
        {
            var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Ct);
            return (connection, await connection.CreateChannelAsync(
                new CreateChannelOptions(
                    publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Ct));
        }

        private async Task ExecuteAsync(params string[] arguments) =>
            (await broker.ExecAsync(["rabbitmqctl", .. arguments], Ct)).ExitCode.ShouldBe(0);
    }
}
