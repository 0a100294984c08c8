using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>A process with the counter saga, the note consumer and an outbox, on the in-memory transport.</summary>
public sealed class CounterHost : IAsyncDisposable
{
    private readonly IHost _host;

    private CounterHost(IHost host)
    {
        _host = host;
    }

    public IServiceProvider Services => _host.Services;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public Received Received => Services.GetRequiredService<Received>();

    public static async Task<CounterHost> StartAsync(ITestDatabase database, CounterHostSettings? settings = null)
    {
        settings ??= new CounterHostSettings();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var services = builder.Services;
        services.AddSingleton<CounterPause>();
        services.AddSingleton<Received>();
        var sagaDatabase = SagaDatabase.Detect(database.ConnectionString);
        services.AddDbContext<CounterDbContext>(options =>
        {
            options.UseSagaDatabase(sagaDatabase);
            settings.Context?.Invoke(options);
        });
        services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        services.AddMassTransit(bus =>
        {
            bus.SetInMemorySagaRepositoryProvider();
            bus.AddSagaStateMachine<CounterMachine, Counter>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<CounterDbContext>();
                r.ConcurrencyMode = settings.ConcurrencyMode;
            });
            bus.AddSagaStateMachine<BasketMachine, Basket>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<CounterDbContext>();
                r.ConcurrencyMode = settings.ConcurrencyMode;
            });
            bus.AddSagaStateMachine<TicketMachine, Ticket>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<CounterDbContext>();
                r.ConcurrencyMode = settings.ConcurrencyMode;
            });
            bus.AddSagaStateMachine<InvoiceMachine, Invoice>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<CounterDbContext>();
                r.ConcurrencyMode = settings.ConcurrencyMode;
            });
            bus.AddConsumer<NoteConsumer>();
            bus.AddConsumer<AnnounceConsumer>();
            bus.AddConsumer<CountedConsumer>();
            bus.AddConsumer<FaultConsumer>();
            bus.AddEntityFrameworkOutbox<CounterDbContext>(outbox =>
            {
                outbox.Configure(options =>
                {
                    options.QueryDelay = TimeSpan.FromMilliseconds(50);
                    options.RetryDelay = TimeSpan.FromMilliseconds(20);
                    options.MaxRetryDelay = TimeSpan.FromMilliseconds(20);
                    options.MaxAttempts = 3;
                    settings.Outbox?.Invoke(options);
                });
                if (settings.UsesBusOutbox)
                {
                    outbox.UseBusOutbox();
                }
            });
            bus.UsingInMemory((context, transport) =>
            {
                transport.ReceiveEndpoint("counters", endpoint =>
                {
                    endpoint.UseMessageRetry(retry =>
                    {
                        if (settings.Retried is { } retried)
                        {
                            retry.Handle(retried);
                        }
                        else
                        {
                            retry.Handle<Exception>(DatabaseFailures.IsTransient);
                        }

                        if (settings.IsPatient)
                        {
                            retry.Interval(1000, TimeSpan.FromMilliseconds(100));
                        }
                        else
                        {
                            retry.Immediate(20);
                        }
                    });
                    if (settings.SharesTransactions)
                    {
                        endpoint.ConcurrentMessageLimit = 32;
                        endpoint.UseSharedTransactions();
                    }

                    if (settings.UsesOutbox)
                    {
                        endpoint.UseEntityFrameworkOutbox<CounterDbContext>(
                            context, outbox => outbox.DuplicateDetection = settings.DetectsDuplicates);
                    }

                    endpoint.ConfigureSaga<Counter>(context);
                    endpoint.ConfigureSaga<Basket>(context);
                    endpoint.ConfigureSaga<Ticket>(context);
                    endpoint.ConfigureSaga<Invoice>(context);
                    if (settings.UsesOutbox)
                    {
                        endpoint.ConfigureConsumer<NoteConsumer>(context);
                        endpoint.ConfigureConsumer<AnnounceConsumer>(context);
                    }
                });
                transport.ReceiveEndpoint("received", endpoint =>
                {
                    endpoint.ConfigureConsumer<CountedConsumer>(context);
                    endpoint.ConfigureConsumer<FaultConsumer>(context);
                });
            });
        });
        settings.Services?.Invoke(services);
        var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<CounterDbContext>().Database.EnsureCreatedAsync();
        }

        await host.StartAsync();
        return new CounterHost(host);
    }

    public async Task SendAsync<T>(T message, Guid? messageId = null)
        where T : class
    {
        var endpoint = await Bus.GetSendEndpoint(new Uri("exchange:counters"));
        await endpoint.Send(message, context => context.MessageId = messageId ?? context.MessageId);
    }

    public async Task<T> QueryAsync<T>(Func<CounterDbContext, Task<T>> query)
    {
        await using var scope = Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<CounterDbContext>());
    }

    public Task<Counter?> FindAsync(Guid id)
    {
        return QueryAsync(
            context => context.Set<Counter>().FirstOrDefaultAsync(counter => counter.CorrelationId == id));
    }

    public Task UntilCountIsAsync(Guid id, int count)
    {
        return Eventually.HoldsAsync(async () => (await FindAsync(id))?.Count == count, $"counter {id} to be {count}");
    }

    public Task<bool> IsOutboxEmptyAsync()
    {
        return QueryAsync(async context => !await context.Set<OutboxMessage>().AnyAsync());
    }

    public Task UntilOutboxIsEmptyAsync()
    {
        return Eventually.HoldsAsync(IsOutboxEmptyAsync, "the outbox to be empty");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>What differs between the hosts of the tests.</summary>
public sealed class CounterHostSettings
{
    public ConcurrencyMode ConcurrencyMode { get; init; } = ConcurrencyMode.Pessimistic;

    public bool UsesOutbox { get; init; } = true;

    public bool UsesBusOutbox { get; init; }

    public bool DetectsDuplicates { get; init; } = true;

    public bool SharesTransactions { get; init; }

    /// <summary>Whether a delivery waits for a database that is away.</summary>
    public bool IsPatient { get; init; }

    /// <summary>The exceptions after which a delivery is repeated; by default those that are the database's.</summary>
    public Type? Retried { get; init; }

    public Action<DbContextOptionsBuilder>? Context { get; init; }

    public Action<OutboxOptions>? Outbox { get; init; }

    public Action<IServiceCollection>? Services { get; init; }
}
