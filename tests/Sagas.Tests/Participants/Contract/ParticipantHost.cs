using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;

namespace Sagas.Tests.Participants.Contract;

/// <summary>A process with one participant on one queue, and the worker's queue beside it.</summary>
public sealed class ParticipantHost : IAsyncDisposable
{
    public const string Step = "do-work";

    // Nothing of an earlier test, on a broker that several share, ends up in this one.
    private readonly string _queue;

    private readonly IHost _host;

    // How often what was logged, by its event id.
    private readonly ConcurrentDictionary<int, int> _events;

    private ParticipantHost(IHost host, ConcurrentDictionary<int, int> events, string queue)
    {
        _host = host;
        _events = events;
        _queue = queue;
    }

    public StepScript Script => _host.Services.GetRequiredService<StepScript>();

    public ReplyCollector Replies => _host.Services.GetRequiredService<ReplyCollector>();

    public int UnknownOutcomes => _events.GetValueOrDefault(1106);

    public int RepeatedDeliveries => _events.GetValueOrDefault(1107);

    /// <summary>How often the database failed a delivery that waits for it.</summary>
    public int FailuresOfTheDatabase => _events.GetValueOrDefault(1015);

    public int WarningsOfSharing => _events.GetValueOrDefault(1110) + _events.GetValueOrDefault(1111);

    public int DeliveriesGivenUp => _events.GetValueOrDefault(1108);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ParticipantHost> StartAsync(
        Action<DbContextOptionsBuilder> database,
        Action<IBusRegistrationConfigurator, Action<IBusRegistrationContext, IBusFactoryConfigurator>> transport,
        Action<IServiceCollection>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var queue = $"participant-{Guid.NewGuid():N}";
        var events = new ConcurrentDictionary<int, int>();
        builder.Services.AddLogging(logging => logging
            .AddFilter("Sagas", LogLevel.Debug)
            .AddProvider(new LogListener(line => events.AddOrUpdate(line.EventId, 1, (_, count) => count + 1))));
        // A command to a queue that is not there yet would be lost.
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddSingleton<StepScript>();
        builder.Services.AddSingleton<ReplyCollector>();
        builder.Services.AddDbContext<WorkDbContext>(database);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddEntityFrameworkOutbox<WorkDbContext>(outbox => outbox.Configure(options =>
            {
                options.MessageDeliveryTimeout = TimeSpan.FromSeconds(1);
                options.QueryDelay = TimeSpan.FromMilliseconds(100);
            }));
            bus.AddStepParticipants<WorkDbContext>(steps =>
            {
                steps.DeadlineMargin = TimeSpan.FromSeconds(1);
                steps.Step<ScriptedParticipant>(Step);
            });
            transport(bus, (context, factory) =>
            {
                foreach (var replies in (string[])[$"{queue}-replies", "sagas"])
                {
                    factory.ReceiveEndpoint(replies, endpoint =>
                    {
                        endpoint.MakeQuorum();
                        endpoint.ConfigureConsumeTopology = false;
                        endpoint.Instance(context.GetRequiredService<ReplyCollector>());
                    });
                }

                factory.ReceiveEndpoint(queue, endpoint =>
                {
                    endpoint.MakeQuorum();
                    endpoint.ConfigureStepParticipants<WorkDbContext>(context);
                });
            });
        });
        configure?.Invoke(builder.Services);

        var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<WorkDbContext>().Database.EnsureCreatedAsync(Ct);
        }

        await host.StartAsync(Ct);
        return new ParticipantHost(host, events, queue);
    }

    /// <summary>Sends a command.</summary>
    /// <returns>What its replies are known by.</returns>
    public Task<Guid> SendAsync(
        StepDirection direction,
        Guid sagaId,
        int attempt = 1,
        int round = 1,
        string step = Step,
        TimeSpan? timeout = null,
        bool withReplyAddress = true)
    {
        var key = $"{sagaId}/{step}/{direction}/{round}";
        var deadline = DateTimeOffset.UtcNow + (timeout ?? TimeSpan.FromSeconds(60));
        var input = JsonSerializer.SerializeToElement(new { Amount = 42 }, JsonSerializerOptions.Web);
        var results = JsonSerializer.SerializeToElement(new Dictionary<string, object>());
        return direction == StepDirection.Execute
            ? SendAsync(
                new ExecuteStep
                {
                    SagaId = sagaId,
                    SagaName = "test",
                    SagaVersion = 1,
                    Step = step,
                    Attempt = attempt,
                    IdempotencyKey = key,
                    Input = input,
                    Results = results,
                    Deadline = deadline,
                },
                withReplyAddress)
            : SendAsync(
                new CompensateStep
                {
                    SagaId = sagaId,
                    SagaName = "test",
                    SagaVersion = 1,
                    Step = step,
                    Attempt = attempt,
                    IdempotencyKey = key,
                    Input = input,
                    Results = results,
                    Deadline = deadline,
                },
                withReplyAddress);
    }

    /// <summary>Sends a command and waits for its reply.</summary>
    public async Task<IStepReply> AskAsync(StepDirection direction, Guid sagaId, int attempt = 1, int round = 1)
    {
        var command = await SendAsync(direction, sagaId, attempt, round);
        var reply = await Replies.NextAsync(command, Ct);
        reply.SagaId.ShouldBe(sagaId);
        reply.Direction.ShouldBe(direction);
        reply.Attempt.ShouldBe(attempt);
        return reply;
    }

    public async Task<T> QueryAsync<T>(Func<WorkDbContext, Task<T>> query)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<WorkDbContext>());
    }

    public Task ExecuteSqlAsync(string statement)
    {
        return QueryAsync(database => database.Database.ExecuteSqlRawAsync(statement, Ct));
    }

    public Task<List<WorkItem>> WorkOfAsync(Guid sagaId)
    {
        return QueryAsync(database => database.Work.Where(item => item.SagaId == sagaId).ToListAsync(Ct));
    }

    /// <summary>The barrier's rows: direction, round, attempt, reply. <c>Execute 1 1 StepSucceeded</c>.</summary>
    public Task<List<string>> BarrierOfAsync(Guid sagaId)
    {
        return QueryAsync(database => database.Barrier.Where(row => row.SagaId == sagaId)
            .OrderByDescending(row => row.Direction)
            .Select(row => row.Direction + " " + row.Round + " " + row.Attempt + " " + row.ReplyType)
            .ToListAsync(Ct));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private async Task<Guid> SendAsync<T>(T command, bool withReplyAddress)
        where T : class
    {
        var conversation = Guid.NewGuid();
        var endpoint = await _host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{_queue}"));
        await endpoint.Send(
            command,
            context =>
            {
                context.ConversationId = conversation;
                context.ResponseAddress = withReplyAddress ? new Uri($"exchange:{_queue}-replies") : null;
            },
            Ct);
        return conversation;
    }
}
