using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>Deliveries that are acknowledged together, on a real channel.</summary>
public sealed class RabbitMqAcknowledgementTests(Broker broker)
{
    private const int Count = 2_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseBatchedAcknowledgements_SomeAreGivenBack_EachIsDoneOnceAndNoneIsLeft()
    {
        var address = new Uri((await broker.Server).GetConnectionString());
        var queue = $"acks-{Guid.NewGuid():n}";
        using var host = await StartAsync(address, queue);
        var work = host.Services.GetRequiredService<Work>();
        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{queue}"));

        await Task.WhenAll(Enumerable.Range(0, Count).Select(number => endpoint.Send(new Job(number), Ct)));
        await Eventually.HoldsAsync(() => work.Done.Count == Count, "all jobs to be done", seconds: 60);
        await host.StopAsync(Ct);

        work.Done.ShouldAllBe(job => job.Value == 1);
        work.GivenBack.Count.ShouldBe(Count / 10);
        // What was not acknowledged would be back in the queue, and a channel that was closed would have brought it twice.
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        (await channel.MessageCountAsync(queue, Ct)).ShouldBe(0u);
    }

    private static async Task<IHost> StartAsync(Uri address, string queue)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Work>();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<JobConsumer>();
            bus.UsingRabbitMq((context, transport) =>
            {
                transport.Host(address);
                transport.ReceiveEndpoint(queue, endpoint =>
                {
                    endpoint.SetQuorumQueue();
                    endpoint.PrefetchCount = 64;
                    endpoint.RethrowFaultedMessages();
                    endpoint.UseBatchedAcknowledgements();
                    endpoint.ConfigureConsumer<JobConsumer>(context);
                });
            });
        });
        var host = builder.Build();
        await host.StartAsync(Ct);
        return host;
    }

    public sealed record Job(int Number);

    private sealed class Work
    {
        public ConcurrentDictionary<int, int> Done { get; } = new();

        public ConcurrentDictionary<int, bool> GivenBack { get; } = new();
    }

    private sealed class JobConsumer(Work work) : IConsumer<Job>
    {
        public Task Consume(ConsumeContext<Job> context)
        {
            var number = context.Message.Number;
            if (number % 10 == 0 && work.GivenBack.TryAdd(number, true))
            {
                throw new InvalidOperationException("Not the first time.");
            }

            work.Done.AddOrUpdate(number, 1, (_, count) => count + 1);
            return Task.CompletedTask;
        }
    }
}
