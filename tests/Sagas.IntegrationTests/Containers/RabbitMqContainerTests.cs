using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Containers;

public sealed class RabbitMqContainerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAgain_AfterKill_KeepsMessagesAndAddress()
    {
        await using RabbitMqContainer broker = Servers.RabbitMq().WithUsername("clerk").WithPassword("s/ecret").Build();
        await broker.StartAsync(Ct);
        string address = broker.GetConnectionString();
        await PublishAsync(address, "orders", "one book");
        await broker.UntilQueuesAreOnDiskAsync(["orders"], Ct);

        await broker.KillAsync(Ct);
        await Should.ThrowAsync<BrokerUnreachableException>(() => GetAsync(address, "orders"));
        await broker.StartAgainAsync(Ct);

        broker.GetConnectionString().ShouldBe(address);
        (await GetAsync(address, "orders")).ShouldBe("one book");
    }

    [Fact]
    public async Task Disconnect_FromItsNetwork_IsOutOfReachUntilConnected()
    {
        await using INetwork network = Servers.Network().Build();
        await network.CreateAsync(Ct);
        await using IContainer one = Idle(network).WithNetworkAliases("one").Build();
        await using IContainer other = Idle(network).Build();
        await one.StartAsync(Ct);
        await other.StartAsync(Ct);
        (await SeesAsync(other, "one")).ShouldBeTrue();

        await one.DisconnectAsync(network, Ct);
        (await SeesAsync(other, "one")).ShouldBeFalse();
        await one.ConnectAsync(network, ["one"], Ct);

        (await SeesAsync(other, "one")).ShouldBeTrue();
    }

    private static ContainerBuilder Idle(INetwork network) => Servers.Container(Servers.RabbitMqImage)
        .WithEntrypoint("sleep")
        .WithCommand("infinity")
        .WithNetwork(network);

    private static async Task<bool> SeesAsync(IContainer container, string name) =>
        (await container.ExecAsync(["getent", "hosts", name], Ct)).ExitCode == 0;

    private static async Task PublishAsync(string address, string queue, string body)
    {
        await using IConnection connection = await ConnectAsync(address);
        await using IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Ct);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Ct);
        await channel.BasicPublishAsync(
            string.Empty, queue, mandatory: true, new BasicProperties { Persistent = true },
            Encoding.UTF8.GetBytes(body), Ct);
    }

    private static async Task<string?> GetAsync(string address, string queue)
    {
        await using IConnection connection = await ConnectAsync(address);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        string? body = null;
        await Poll.UntilAsync(
            "the message",
            async token =>
            {
                BasicGetResult? result = await channel.BasicGetAsync(queue, autoAck: true, token);
                body = result is null ? null : Encoding.UTF8.GetString(result.Body.Span);
                return body is not null;
            },
            ct: Ct);
        return body;
    }

    private static Task<IConnection> ConnectAsync(string address) =>
        new ConnectionFactory { Uri = new Uri(address), AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Ct);
}
