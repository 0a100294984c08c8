using System.Text;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Sagas.IntegrationTests.Containers;
using Sagas.Persistence;
using Sagas.Persistence.Outbox;
using Sagas.Tests.Persistence.Contract;
using Testcontainers.RabbitMq;

[assembly: AssemblyFixture(typeof(Sagas.IntegrationTests.Persistence.Broker))]

namespace Sagas.IntegrationTests.Persistence;

/// <summary>A RabbitMQ broker for the tests of the store.</summary>
public sealed class Broker : IAsyncLifetime
{
    private readonly Lazy<Task<RabbitMqContainer>> _server = new(async () =>
    {
        var server = Servers.RabbitMq().Build();
        await server.StartAsync();
        return server;
    });

    public Task<RabbitMqContainer> Server => _server.Value;

    public ValueTask InitializeAsync()
    {
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}

/// <summary>
/// What arrives at a RabbitMQ queue is what was sent, whoever sent it: the delivery or, after a crash, the dispatcher.
/// </summary>
public sealed class RabbitMqMessageTests(PostgresServer server, Broker broker)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Send_PropertiesAndHeaders_ArriveAsTheyWereSet(bool isPlainJson, bool diesBeforeSending)
    {
        await using var database = await server.CreateDatabaseAsync();
        var address = new Uri((await broker.Server).GetConnectionString());
        var queue = $"q{Guid.NewGuid():n}";
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Ct);
        await channel.ExchangeDeclareAsync(queue, "fanout", durable: true, cancellationToken: Ct);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: Ct);
        using var host = await StartAsync(database, address, queue, diesBeforeSending);
        var correlationId = Guid.NewGuid();

        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:in-{queue}"));
        await endpoint.Send(new Forward(queue, correlationId, isPlainJson), Ct);

        BasicGetResult? result = null;
        await Eventually.HoldsAsync(
            async () => (result = await channel.BasicGetAsync(queue, autoAck: true, Ct)) is not null,
            "the message to arrive");
        var properties = result!.BasicProperties;
        var body = JsonNode.Parse(result.Body.Span)!;
        properties.ShouldSatisfyAllConditions(
            () => properties.ReplyTo.ShouldBe("sagas"),
            () => properties.Type.ShouldBe("Forwarded"),
            () => properties.CorrelationId.ShouldBe(correlationId.ToString()),
            () => properties.Persistent.ShouldBeTrue(),
            () => Guid.Parse(properties.MessageId!).ShouldNotBe(Guid.Empty),
            () => int.Parse(properties.Expiration!, null).ShouldBeInRange(1, 60_000),
            () => properties.ContentType.ShouldBe(
                isPlainJson ? "application/json" : "application/vnd.masstransit+json"),
            () => Header(properties, "traceparent").ShouldBe("00-11111111111111111111111111111111-2222222222222222-01"),
            () => Header(properties, "x-number").ShouldBe("42"));
        (isPlainJson ? body["text"] : body["message"]!["text"])!.GetValue<string>().ShouldBe("hello");
        if (!isPlainJson)
        {
            body["responseAddress"]!.GetValue<string>().ShouldBe("exchange:sagas");
            body["messageId"]!.GetValue<string>().ShouldBe(properties.MessageId);
        }

        await Eventually.HoldsAsync(async () => await CountOutboxAsync(host) == 0, "the outbox to be empty");
        await host.StopAsync(Ct);
    }

    private static string? Header(IReadOnlyBasicProperties properties, string name)
    {
        var value = properties.Headers![name];
        return value is byte[] text ? Encoding.UTF8.GetString(text) : value?.ToString();
    }

    private static async Task<int> CountOutboxAsync(IHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CounterDbContext>().Set<OutboxMessage>().CountAsync(Ct);
    }

    private static async Task<IHost> StartAsync(
        ITestDatabase database, Uri address, string queue, bool diesBeforeSending)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var sagaDatabase = SagaDatabase.Detect(database.ConnectionString);
        builder.Services.AddDbContext<CounterDbContext>(options => options.UseSagaDatabase(sagaDatabase));
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<ForwardConsumer>();
            bus.AddEntityFrameworkOutbox<CounterDbContext>(
                outbox => outbox.MessageDeliveryTimeout = TimeSpan.FromSeconds(2));
            bus.UsingRabbitMq((context, transport) =>
            {
                transport.Host(address);
                transport.ReceiveEndpoint($"in-{queue}", endpoint =>
                {
                    endpoint.UseEntityFrameworkOutbox<CounterDbContext>(context);
                    endpoint.ConfigureConsumer<ForwardConsumer>(context);
                });
            });
        });
        if (diesBeforeSending)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IDirectSender, NoSender>());
        }

        var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<CounterDbContext>().Database.EnsureCreatedAsync(Ct);
        }

        await host.StartAsync(Ct);
        return host;
    }

    public sealed record Forward(string Queue, Guid CorrelationId, bool IsPlainJson);

    public sealed record Forwarded(string Text);

    private sealed class ForwardConsumer : IConsumer<Forward>
    {
        public async Task Consume(ConsumeContext<Forward> context)
        {
            var endpoint = await context.GetSendEndpoint(new Uri($"exchange:{context.Message.Queue}"));
            await endpoint.Send(new Forwarded("hello"), send =>
            {
                if (context.Message.IsPlainJson)
                {
                    send.Serializer = new SystemTextJsonRawMessageSerializer(RawSerializerOptions.CopyHeaders);
                }

                send.CorrelationId = context.Message.CorrelationId;
                send.ResponseAddress = new Uri("exchange:sagas");
                send.TimeToLive = TimeSpan.FromMinutes(1);
                send.Headers.Set("traceparent", "00-11111111111111111111111111111111-2222222222222222-01");
                send.Headers.Set("x-number", 42);
                var properties = send.GetPayload<RabbitMqSendContext>().BasicProperties;
                properties.ReplyTo = "sagas";
                properties.Type = nameof(Forwarded);
            });
        }
    }
}
