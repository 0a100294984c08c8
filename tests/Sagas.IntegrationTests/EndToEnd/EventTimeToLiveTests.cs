using RabbitMQ.Client;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.Persistence;
using Sagas.Tests.Orchestration;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>An event that nobody reads does not fill the broker.</summary>
public sealed class EventTimeToLiveTests(Broker broker)
{
    private const string Queue = "nobody-reads";
    private const string Dropped = "dropped";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("message-events-unread")]
    [Fact]
    public async Task Publish_NobodyReads_IsDroppedByTheBrokerAfterItsTimeToLive()
    {
        var address = await CreateVirtualHostAsync($"ttl-{Guid.NewGuid():n}");
        await using var worker = await EmbeddedWorker.StartAsync(
            """{ "name": "order", "version": 1, "steps": [ { "name": "pay", "queue": "pay" } ] }""",
            Ct,
            settings: new Dictionary<string, string?>
            {
                ["ConnectionStrings:RabbitMq"] = address,
                ["Sagas:Transport:EventTimeToLive"] = "2s",
            });
        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        await BindAsync(channel, "saga.started");

        var saga = await worker.StartSagaAsync("order", Ct);

        BasicGetResult? dropped = null;
        await Poll.UntilAsync(
            "the event to be dropped",
            async ct => (dropped = await channel.BasicGetAsync(Dropped, autoAck: true, ct)) is not null,
            TimeSpan.FromSeconds(60),
            ct: Ct);
        var death = (Dictionary<string, object?>)((List<object?>)dropped!.BasicProperties.Headers!["x-death"]!)[0]!;
        Text(death["reason"]).ShouldBe("expired");
        Text(death["queue"]).ShouldBe(Queue);
        System.Text.Encoding.UTF8.GetString(dropped.Body.Span).ShouldContain(saga.ToString());
        (await channel.MessageCountAsync(Queue, Ct)).ShouldBe(0u);
    }

    private static string Text(object? value) => System.Text.Encoding.UTF8.GetString((byte[])value!);

    /// <summary>A queue of a consumer that is never there; what the broker drops of it, it tells.</summary>
    private static async Task BindAsync(IChannel channel, string exchange)
    {
        await channel.QueueDeclareAsync(Dropped, durable: true, exclusive: false, autoDelete: false, cancellationToken: Ct);
        await channel.QueueDeclareAsync(
            Queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?>
            {
                ["x-queue-type"] = "quorum",
                ["x-dead-letter-exchange"] = "",
                ["x-dead-letter-routing-key"] = Dropped,
            },
            cancellationToken: Ct);
        await channel.QueueBindAsync(Queue, exchange, "", cancellationToken: Ct);
    }

    /// <summary>The worker's queues have fixed names: here nobody else has them.</summary>
    private async Task<string> CreateVirtualHostAsync(string name)
    {
        var server = await broker.Server;
        var address = new UriBuilder(server.GetConnectionString());
        (await server.ExecAsync(["rabbitmqctl", "add_vhost", name], Ct)).ExitCode.ShouldBe(0);
        (await server.ExecAsync(["rabbitmqctl", "set_permissions", "-p", name, address.UserName, ".*", ".*", ".*"], Ct))
            .ExitCode.ShouldBe(0);
        address.Path = name;
        return address.Uri.ToString();
    }
}
