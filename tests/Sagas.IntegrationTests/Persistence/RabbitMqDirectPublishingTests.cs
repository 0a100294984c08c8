using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Persistence;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>What deliveries send past the bus, at a real broker.</summary>
public sealed class RabbitMqDirectPublishingTests(PostgresServer server, Broker broker)
{
    private readonly string _queue = $"direct-{Guid.NewGuid():n}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_DestinationIsKnown_GoesPastTheBusAndArrivesAsByTheBus(bool isPlainJson)
    {
        await using var stage = await StartAsync();
        await stage.DeclareAsync(_queue);

        var byBus = await stage.ForwardAsync(new Forward(_queue, "hello", isPlainJson));
        var direct = await stage.ForwardPastTheBusAsync(new Forward(_queue, "hello", isPlainJson));

        direct.Exchange.ShouldBe(byBus.Exchange);
        direct.RoutingKey.ShouldBe(byBus.RoutingKey);
        Text(direct.BasicProperties).ShouldBe(Text(byBus.BasicProperties));
        direct.BasicProperties.MessageId.ShouldNotBe(byBus.BasicProperties.MessageId);
        int.Parse(direct.BasicProperties.Expiration!, null).ShouldBeInRange(1, 60_000);
        Names(direct.Body).ShouldBe(Names(byBus.Body));
        Encoding.UTF8.GetString(direct.Body.Span).ShouldContain("hello");
    }

    [Fact]
    public async Task Send_HeaderIsNoText_GoesByTheBusAndArrivesAsItWasSet()
    {
        await using var stage = await StartAsync();
        await stage.DeclareAsync(_queue);

        var arrived = await ForwardByTheBusAsync(stage, new Forward(_queue, "hello", Number: 42));

        arrived.BasicProperties.Headers!["x-number"].ShouldBe(42);
    }

    [Fact]
    public async Task Send_PropertiesAreSet_GoesByTheBusAndArrivesAsItWasSet()
    {
        await using var stage = await StartAsync();
        await stage.DeclareAsync(_queue);

        var arrived = await ForwardByTheBusAsync(stage, new Forward(_queue, "hello", Priority: 3));

        arrived.BasicProperties.Priority.ShouldBe((byte)3);
    }

    [Fact]
    public async Task Send_ExchangeIsTemporary_GoesByTheBus()
    {
        await using var stage = await StartAsync();
        await stage.DeclareAsync(_queue, isTemporary: true);
        var other = $"{_queue}-other";
        await stage.DeclareAsync(other);
        await stage.ForwardPastTheBusAsync(new Forward(other, "known"));

        await stage.ForwardAsync(new Forward(_queue, "hello", IsTemporary: true));
        await stage.ForwardAsync(new Forward(_queue, "again", IsTemporary: true));

        stage.SentByBus(_queue).ShouldBe(2);
    }

    [Proves("broker-exchange-deleted")]
    [Fact]
    public async Task Send_ExchangeIsGone_IsDeclaredAgainAndNoneIsLost()
    {
        const int Count = 300;
        var other = $"{_queue}-other";
        await using var stage = await StartAsync();
        await stage.DeclareAsync(_queue);
        await stage.DeclareAsync(other);
        await stage.ForwardPastTheBusAsync(new Forward(_queue, "first"));
        await stage.ForwardPastTheBusAsync(new Forward(other, "first"));

        // The broker closes a channel over which something comes for an exchange that is not there.
        await stage.Channel.ExchangeDeleteAsync(other, cancellationToken: Ct);
        await Task.WhenAll(Enumerable.Range(0, Count).Select(number =>
            stage.SendAsync(new Forward(number == Count / 2 ? other : _queue, $"number {number}"))));

        var arrived = new HashSet<string>();
        await Eventually.HoldsAsync(
            async () =>
            {
                while (await stage.Channel.BasicGetAsync(_queue, autoAck: true, Ct) is { } message)
                {
                    arrived.Add(JsonNode.Parse(message.Body.Span)!["message"]!["text"]!.GetValue<string>());
                }

                return arrived.Count == Count - 1;
            },
            "all messages to arrive",
            seconds: 60);
        await Eventually.HoldsAsync(() => stage.HasExchangeAsync(other), "the exchange to be declared again", seconds: 60);
        await stage.UntilOutboxIsEmptyAsync();

        await stage.ForwardPastTheBusAsync(new Forward(_queue, "past the bus again"));
    }

    [Fact]
    public async Task Stop_EndpointStartsAgain_LeavesNoChannelBehind()
    {
        await using var stage = await StartAsync();
        await stage.DeclareAsync(_queue);
        await stage.ForwardPastTheBusAsync(new Forward(_queue, "first"));
        var channels = await CountChannelsAsync();

        for (var time = 0; time < 3; time++)
        {
            await stage.RestartEndpointAsync();
            await stage.ForwardPastTheBusAsync(new Forward(_queue, "again"));
        }

        await Eventually.HoldsAsync(async () => await CountChannelsAsync() == channels, "as many channels as before");
    }

    /// <summary>Has a message forwarded when others to its destination go past the bus, and it does not.</summary>
    private async Task<BasicGetResult> ForwardByTheBusAsync(Stage stage, Forward message)
    {
        await stage.ForwardPastTheBusAsync(new Forward(_queue, "known"));
        var sent = stage.SentByBus(_queue);
        var arrived = await stage.ForwardAsync(message);
        stage.SentByBus(_queue).ShouldBe(sent + 1);
        return arrived;
    }

    /// <summary>Everything that is not another one for each message.</summary>
    private static string Text(IReadOnlyBasicProperties properties) => string.Join(
        ", ",
        [
            properties.ContentType,
            properties.DeliveryMode,
            properties.CorrelationId,
            properties.Type,
            properties.ReplyTo,
            properties.AppId,
            properties.UserId,
            properties.IsTimestampPresent(),
            properties.IsPriorityPresent(),
            .. properties.Headers!
                .Where(header => header.Key != "x-dotnet-pub-seq-no")
                .OrderBy(header => header.Key, StringComparer.Ordinal)
                .Select(header => $"{header.Key} = {Encoding.UTF8.GetString((byte[])header.Value!)}"),
        ]);

    private static IEnumerable<string> Names(ReadOnlyMemory<byte> body) =>
        JsonNode.Parse(body.Span)!.AsObject().Select(property => property.Key);

    /// <summary>How many channels the bus's connection has.</summary>
    private async Task<int> CountChannelsAsync()
    {
        var connections = await (await broker.Server).ExecAsync(
            ["rabbitmqctl", "--quiet", "list_connections", "channels", "client_properties", "--no-table-headers"], Ct);
        var own = connections.Stdout.Split('\n').Single(line => line.Contains(_queue, StringComparison.Ordinal));
        return int.Parse(own.Split('\t')[0], CultureInfo.InvariantCulture);
    }

    private async Task<Stage> StartAsync() => await Stage.StartAsync(
        await server.CreateDatabaseAsync(), (await broker.Server).GetConnectionString(), _queue);

    public sealed record Forward(
        string Exchange,
        string Text,
        bool IsPlainJson = false,
        bool IsTemporary = false,
        int? Number = null,
        byte? Priority = null);

    public sealed record Forwarded(string Text);

    /// <summary>A bus whose consumer forwards what it gets, and a channel to look at what comes of it.</summary>
    private sealed class Stage(ITestDatabase database, IHost host, string queue, IConnection connection, IChannel channel)
        : IAsyncDisposable
    {
        private ISendEndpoint? _endpoint;

        public IChannel Channel => channel;

        public static async Task<Stage> StartAsync(ITestDatabase database, string address, string queue)
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            var sagaDatabase = SagaDatabase.Detect(database.ConnectionString);
            builder.Services.AddDbContext<CounterDbContext>(options => options.UseSagaDatabase(sagaDatabase));
            builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
            builder.Services.AddSingleton<BusSends>();
            builder.Services.AddMassTransit(bus =>
            {
                bus.AddConsumer<ForwardConsumer>();
                bus.AddSendObserver<BusSends>(provider => provider.GetRequiredService<BusSends>());
                bus.AddEntityFrameworkOutbox<CounterDbContext>();
                bus.UsingRabbitMq((context, transport) =>
                {
                    transport.Host(new Uri(address), queue);
                    transport.ReceiveEndpoint($"in-{queue}", endpoint =>
                    {
                        endpoint.UseDirectPublishing();
                        endpoint.UseEntityFrameworkOutbox<CounterDbContext>(context);
                        endpoint.ConfigureConsumer<ForwardConsumer>(context);
                    });
                });
            });
            var host = builder.Build();
            await using (var scope = host.Services.CreateAsyncScope())
            {
                await scope.ServiceProvider.GetRequiredService<CounterDbContext>().Database.EnsureCreatedAsync(Ct);
            }

            await host.StartAsync(Ct);
            var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(Ct);
            return new Stage(
                database, host, queue, connection, await connection.CreateChannelAsync(cancellationToken: Ct));
        }

        /// <summary>An exchange, and a queue of its name that has what comes there.</summary>
        public async Task DeclareAsync(string name, bool isTemporary = false)
        {
            await channel.QueueDeclareAsync(
                name, durable: true, exclusive: false, autoDelete: false, cancellationToken: Ct);
            await channel.ExchangeDeclareAsync(
                name, "fanout", durable: !isTemporary, autoDelete: isTemporary, cancellationToken: Ct);
            await channel.QueueBindAsync(name, name, "", cancellationToken: Ct);
        }

        public async Task<bool> HasExchangeAsync(string name)
        {
            // Of its own, since the broker closes the channel over which one asks for what is not there.
            await using var asking = await connection.CreateChannelAsync(cancellationToken: Ct);
            try
            {
                await asking.ExchangeDeclarePassiveAsync(name, Ct);
                return true;
            }
            catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                return false;
            }
        }

        public async Task SendAsync(Forward message)
        {
            _endpoint ??= await host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:in-{queue}"));
            await _endpoint.Send(message, Ct);
        }

        /// <summary>Has a message forwarded, and takes it.</summary>
        public async Task<BasicGetResult> ForwardAsync(Forward message)
        {
            await SendAsync(message);
            BasicGetResult? result = null;
            await Eventually.HoldsAsync(
                async () => (result = await channel.BasicGetAsync(message.Exchange, autoAck: true, Ct)) is not null,
                "the message to arrive");
            await UntilOutboxIsEmptyAsync();
            return result!;
        }

        /// <summary>Has a message forwarded until one goes past the bus, and takes that.</summary>
        public async Task<BasicGetResult> ForwardPastTheBusAsync(Forward message)
        {
            BasicGetResult? result = null;
            await Eventually.HoldsAsync(
                async () =>
                {
                    var sent = SentByBus(message.Exchange);
                    result = await ForwardAsync(message);
                    return SentByBus(message.Exchange) == sent;
                },
                "a message to go past the bus");
            return result!;
        }

        /// <summary>How many messages the bus itself has sent there for the outbox.</summary>
        public int SentByBus(string exchange) =>
            host.Services.GetRequiredService<BusSends>().Destinations.Count(name => name == exchange);

        public Task UntilOutboxIsEmptyAsync() => Eventually.HoldsAsync(
            async () =>
            {
                await using var scope = host.Services.CreateAsyncScope();
                return !await scope.ServiceProvider.GetRequiredService<CounterDbContext>()
                    .Set<OutboxMessage>().AnyAsync(Ct);
            },
            "the outbox to be empty",
            seconds: 60);

        public async Task RestartEndpointAsync()
        {
            var endpoint = host.Services.GetRequiredService<IBusControl>().CheckHealth().Endpoints.Values
                .Single(x => x.InputAddress.AbsolutePath.EndsWith($"in-{queue}", StringComparison.Ordinal))
                .ReceiveEndpoint;
            await endpoint.Stop(Ct);
            endpoint.Start(Ct);
        }

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
            await host.StopAsync(Ct);
            host.Dispose();
            await database.DisposeAsync();
        }
    }

    private sealed class BusSends : ISendObserver
    {
        public ConcurrentBag<string> Destinations { get; } = [];

        public Task PreSend<T>(SendContext<T> context)
            where T : class
        {
            if (context is SendContext<SerializedMessageBody>)
            {
                Destinations.Add(context.DestinationAddress!.AbsolutePath.Split('/')[^1]);
            }

            return Task.CompletedTask;
        }

        public Task PostSend<T>(SendContext<T> context)
            where T : class => Task.CompletedTask;

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }

    private sealed class ForwardConsumer : IConsumer<Forward>
    {
        public async Task Consume(ConsumeContext<Forward> context)
        {
            var message = context.Message;
            var endpoint = await context.GetSendEndpoint(
                new Uri($"exchange:{message.Exchange}{(message.IsTemporary ? "?temporary=true" : "")}"));
            await endpoint.Send(new Forwarded(message.Text), send =>
            {
                if (message.IsPlainJson)
                {
                    send.Serializer = new SystemTextJsonRawMessageSerializer(RawSerializerOptions.CopyHeaders);
                }

                send.CorrelationId = new Guid("0193a5b0-0000-7000-8000-000000000001");
                send.TimeToLive = TimeSpan.FromMinutes(1);
                send.Headers.Set("traceparent", "00-11111111111111111111111111111111-2222222222222222-01");
                if (message.Number is { } number)
                {
                    send.Headers.Set("x-number", number);
                }

                if (message.Priority is { } priority)
                {
                    send.SetPriority(priority);
                }
            });
        }
    }
}
