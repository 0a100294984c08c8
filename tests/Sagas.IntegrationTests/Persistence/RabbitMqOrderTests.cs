using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Sagas.Persistence;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>In which order the messages of one scope arrive, in a process that has sent nothing before.</summary>
/// <remarks>Takes seconds: what goes wrong, goes wrong in some processes.</remarks>
public sealed class RabbitMqOrderTests(PostgresServer server, Broker broker)
{
    private const int Processes = 20;
    private const int Messages = 60;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("message-order-first-use")]
    [Theory]
    [InlineData(Way.Delivery)]
    [InlineData(Way.DeliveryPastTheBus)]
    [InlineData(Way.BusOutbox)]
    public async Task Send_ExchangesAreUsedForTheFirstTime_MessagesOfOneScopeArriveInOrder(Way way)
    {
        await using var database = await server.CreateDatabaseAsync();
        var address = new Uri((await broker.Server).GetConnectionString());
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);

        for (var process = 0; process < Processes; process++)
        {
            var queue = $"order-{Guid.NewGuid():n}";
            await DeclareAsync(channel, queue);
            using var host = await StartAsync(database, address, queue, way);

            await SendAsync(host, queue, way);
            var first = await TakeAsync(channel, queue);
            // What the process knows by now must not change the order either.
            var sends = host.Services.GetRequiredService<Sends>();
            sends.Most = 0;
            await SendAsync(host, queue, way);
            var second = await TakeAsync(channel, queue);

            first.ShouldBe(Enumerable.Range(0, Messages), $"process {process}, first scope");
            second.ShouldBe(Enumerable.Range(0, Messages), $"process {process}, second scope");
            if (way != Way.DeliveryPastTheBus)
            {
                // None waits for the confirmation of another, once the exchanges are declared.
                sends.Most.ShouldBeGreaterThan(5, $"process {process}");
            }

            await host.StopAsync(Ct);
        }
    }

    private static async Task DeclareAsync(IChannel channel, string queue)
    {
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Ct);
        foreach (var exchange in new[] { $"{queue}-one", $"{queue}-two", $"{queue}-three" })
        {
            await channel.ExchangeDeclareAsync(exchange, "fanout", durable: true, cancellationToken: Ct);
            await channel.QueueBindAsync(queue, exchange, "", cancellationToken: Ct);
        }
    }

    private static async Task SendAsync(IHost host, string queue, Way way)
    {
        if (way == Way.BusOutbox)
        {
            await using var scope = host.Services.CreateAsyncScope();
            await PublishAsync(scope.ServiceProvider.GetRequiredService<IPublishEndpoint>());
            await scope.ServiceProvider.GetRequiredService<CounterDbContext>().SaveChangesAsync(Ct);
            return;
        }

        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:in-{queue}"));
        await endpoint.Send(new Begin(), Ct);
    }

    private static async Task PublishAsync(IPublishEndpoint endpoint)
    {
        for (var number = 0; number < Messages; number++)
        {
            await ((number % 3) switch
            {
                0 => endpoint.Publish(new One(number), Ct),
                1 => endpoint.Publish(new Two(number), Ct),
                _ => endpoint.Publish(new Three(number), Ct),
            });
        }
    }

    private static async Task<IReadOnlyList<int>> TakeAsync(IChannel channel, string queue)
    {
        var numbers = new List<int>();
        await Eventually.HoldsAsync(
            async () =>
            {
                while (await channel.BasicGetAsync(queue, autoAck: true, Ct) is { } message)
                {
                    numbers.Add(JsonNode.Parse(message.Body.Span)!["message"]!["number"]!.GetValue<int>());
                }

                return numbers.Count >= Messages;
            },
            "all messages to arrive");
        return numbers;
    }

    private static async Task<IHost> StartAsync(ITestDatabase database, Uri address, string queue, Way way)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var sagaDatabase = SagaDatabase.Detect(database.ConnectionString);
        builder.Services.AddDbContext<CounterDbContext>(options => options.UseSagaDatabase(sagaDatabase));
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddSingleton<Sends>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<BeginConsumer>();
            bus.AddSendObserver<Sends>(provider => provider.GetRequiredService<Sends>());
            bus.AddEntityFrameworkOutbox<CounterDbContext>(outbox =>
            {
                if (way == Way.BusOutbox)
                {
                    outbox.UseBusOutbox();
                }
            });
            bus.UsingRabbitMq((context, transport) =>
            {
                transport.Host(address);
                transport.Message<One>(message => message.SetEntityName($"{queue}-one"));
                transport.Message<Two>(message => message.SetEntityName($"{queue}-two"));
                transport.Message<Three>(message => message.SetEntityName($"{queue}-three"));
                transport.ReceiveEndpoint($"in-{queue}", endpoint =>
                {
                    if (way == Way.DeliveryPastTheBus)
                    {
                        endpoint.UseDirectPublishing();
                    }

                    endpoint.UseEntityFrameworkOutbox<CounterDbContext>(context);
                    endpoint.ConfigureConsumer<BeginConsumer>(context);
                });
            });
        });
        var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<CounterDbContext>().Database.EnsureCreatedAsync(Ct);
        }

        await host.StartAsync(Ct);
        return host;
    }

    /// <summary>How the messages leave.</summary>
    public enum Way
    {
        Delivery,
        DeliveryPastTheBus,
        BusOutbox,
    }

    public sealed record Begin;

    public sealed record One(int Number);

    public sealed record Two(int Number);

    public sealed record Three(int Number);

    /// <summary>How many messages are on their way at once.</summary>
    private sealed class Sends : ISendObserver
    {
        private int _now;

        public int Most { get; set; }

        public Task PreSend<T>(SendContext<T> context)
            where T : class
        {
            Most = Math.Max(Most, Interlocked.Increment(ref _now));
            return Task.CompletedTask;
        }

        public Task PostSend<T>(SendContext<T> context)
            where T : class
        {
            Interlocked.Decrement(ref _now);
            return Task.CompletedTask;
        }

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => PostSend(context);
    }

    private sealed class BeginConsumer : IConsumer<Begin>
    {
        public Task Consume(ConsumeContext<Begin> context) => PublishAsync(context);
    }
}
