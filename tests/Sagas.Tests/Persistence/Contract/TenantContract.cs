using System.Collections.Concurrent;
using System.Data.Common;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Inbox;
using Sagas.Persistence.Outbox;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>A context that has a database for each tenant, which a header names.</summary>
public abstract class TenantContract
{
    private const string Header = "x-tenant";
    private const string Ordered = "in order: ";

    private readonly FakeClock _clock = new();
    private readonly FirstDatabase _first = new();

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Fact]
    public async Task Consume_EachTenantHasADatabase_WritesThereAndLeavesNoMessageBehind()
    {
        await using var stage = await StartAsync();

        await stage.SendAsync("a", "of a");
        await stage.SendAsync("b", "of b");
        await stage.SendAsync("b", "of b again");

        await stage.UntilReceivedAsync("of a", "of b", "of b again");
        (await stage.NotesAsync("a")).ShouldBe(["of a"]);
        (await stage.NotesAsync("b")).ShouldBe(["of b", "of b again"], ignoreOrder: true);
        await stage.UntilOutboxesAreEmptyAsync();
    }

    /// <summary>Both tables count from 1: a row that is deleted by its number must not be another tenant's.</summary>
    [Proves("message-left-at-tenant")]
    [Fact]
    public async Task Consume_ProcessDiesBeforeItSends_TheDispatcherSendsFromEveryDatabase()
    {
        await using var stage = await StartAsync(services =>
            services.Replace(ServiceDescriptor.Singleton<IDirectSender, NoSender>()));

        await stage.SendAsync("a", "of a");
        await stage.SendAsync("b", "of b");

        await stage.UntilReceivedAsync("of a", "of b");
        await stage.UntilOutboxesAreEmptyAsync();
    }

    /// <summary>The time that a process has for its messages is much longer than the test waits.</summary>
    [Fact]
    public async Task Consume_NothingIsConfirmed_TheDispatcherSendsAtOnce()
    {
        await using var stage = await StartAsync(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IDirectSender, FailingSender>());
            Configure(services, options => options.MessageDeliveryTimeout = TimeSpan.FromMinutes(5));
        });

        await stage.SendAsync("a", "of a");
        await stage.SendAsync("b", "of b");

        await stage.UntilReceivedAsync("of a", "of b");
        await stage.UntilOutboxesAreEmptyAsync();
    }

    [Fact]
    public async Task Consume_MustWaitForAnother_TheDispatcherSendsAsSoonAsThatIsGone()
    {
        await using var stage = await StartAsync(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IDirectSender, NoSender>());
            Configure(services, options => options.MessageDeliveryTimeout = TimeSpan.FromMinutes(5));
        });
        await stage.SendAsync("a", $"{Ordered}first");
        var first = (await stage.UntilLeftAsync("a", 1))[0];
        await stage.SendAsync("a", $"{Ordered}second");
        await stage.UntilLeftAsync("a", 2);

        await stage.WithAsync("a", context =>
            context.Set<OutboxMessage>().Where(row => row.SequenceNumber == first).ExecuteDeleteAsync());

        await stage.UntilReceivedAsync($"{Ordered}second");
        await stage.UntilOutboxesAreEmptyAsync();
    }

    [Proves("message-tenant-unlisted")]
    [Fact]
    public async Task Consume_TenantIsNotListed_WritesNothingAndSaysSo()
    {
        await using var stage = await StartAsync();
        using var observer = stage.Services.GetRequiredService<IBusControl>().ConnectReceiveObserver(stage.Received);
        stage.Catalogue.Names = ["a"];
        await stage.PublishAsync("a", "published of a");

        await stage.SendAsync("b", "of b");

        await Eventually.HoldsAsync(() => !stage.Received.Faults.IsEmpty, "the delivery to fail");
        stage.Received.Faults.ShouldAllBe(fault => fault.Contains("outbox.UseDatabases(...)"));
        (await stage.NotesAsync("b")).ShouldBeEmpty();
        (await Should.ThrowAsync<ConfigurationException>(() => stage.PublishAsync("b", "published of b"))).Message
            .ShouldContain("have it list every database");

        stage.Catalogue.Names = ["a", "b"];
        await stage.PublishAsync("b", "listed");
        await stage.UntilReceivedAsync("published of a", "listed");
    }

    [Fact]
    public async Task Dispatch_ADatabaseDoesNotAnswer_TheOthersDoNotWaitForItTwice()
    {
        await using var stage = await StartAsync(services =>
        {
            UseClock(services);
            Configure(services, options => options.Dispatches = false);
        });
        await stage.PublishAsync("a", "of a");
        await stage.PublishAsync("b", "of b");
        _first.FallSilent();

        var round = stage.Dispatcher.DispatchAsync(Ct);

        await stage.UntilReceivedAsync("of b");
        round.IsCompleted.ShouldBeFalse();
        _clock.Advance(5);
        await round;
        await stage.PublishAsync("b", "of b again");
        await stage.Dispatcher.DispatchAsync(Ct);
        await stage.UntilReceivedAsync("of b", "of b again");

        _first.Work();
        await Eventually.HoldsAsync(
            async () =>
            {
                await stage.Dispatcher.DispatchAsync(Ct);
                return stage.Received.Texts.Contains("of a");
            },
            "the database to answer");
        await stage.UntilOutboxesAreEmptyAsync();
    }

    [Fact]
    public async Task Dispatch_ADatabaseDoesNotAnswer_IsNotSaidToWorkUntilItDoes()
    {
        const int Fails = 1006;
        const int Works = 1007;
        var log = new ConcurrentQueue<int>();
        await using var stage = await StartAsync(services =>
        {
            UseClock(services);
            services.AddSingleton<ILoggerProvider>(new LogListener(line => log.Enqueue(line.EventId)));
        });
        _first.Fail();
        await AdvanceUntilAsync(() => log.Contains(Fails), "the database to fail");

        _first.FallSilent();
        _clock.Advance(DatabaseWatch<TenantDbContext>.Calm);
        foreach (var round in Enumerable.Range(1, 3))
        {
            await stage.PublishAsync("b", "of b");
            await AdvanceUntilAsync(() => stage.Received.Texts.Count == round, "the message to arrive");
        }

        log.ShouldNotContain(Works);
        _first.Work();
        await AdvanceUntilAsync(() => log.Contains(Works), "the database to work");
        log.Count(id => id == Fails).ShouldBe(1);
    }

    [Fact]
    public async Task Stop_TheBrokerIsAboutToConfirm_LeavesNothingToBeSentTwice()
    {
        var broker = new LateBroker();
        await using var stage = await StartAsync(services =>
            services.Replace(ServiceDescriptor.Singleton<IOutboxTransport>(broker)));
        await stage.PublishAsync("a", "of a");
        await broker.IsSending.WaitAsync(TimeSpan.FromSeconds(20), Ct);

        await stage.Dispatcher.StopAsync(Ct);

        (await stage.LeftAsync("a")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Publish_ByTheBusOutboxOfATenant_IsSent()
    {
        await using var stage = await StartAsync();

        await stage.PublishAsync("a", "published of a");
        await stage.PublishAsync("b", "published of b");

        await stage.UntilReceivedAsync("published of a", "published of b");
        await stage.UntilOutboxesAreEmptyAsync();
    }

    [Fact]
    public async Task Clean_EachTenantHasADatabase_DeletesWhatIsOldInEach()
    {
        await using var stage = await StartAsync();
        foreach (var tenant in Stage.Tenants)
        {
            await stage.WithAsync(tenant, context =>
            {
                context.Add(new InboxState
                {
                    MessageId = Guid.NewGuid(),
                    ConsumerId = Guid.NewGuid(),
                    Consumed = DateTime.UtcNow.AddDays(-1),
                });
                return context.SaveChangesAsync();
            });
        }

        await stage.Services.GetServices<IHostedService>().OfType<InboxCleanupService<TenantDbContext>>().Single()
            .CleanAsync(TestContext.Current.CancellationToken);

        foreach (var tenant in Stage.Tenants)
        {
            (await stage.WithAsync(tenant, context => context.Set<InboxState>().CountAsync())).ShouldBe(0, tenant);
        }
    }

    [Fact]
    public async Task Consume_DatabasesAreNotNamed_FailsAndSaysWhatToDo()
    {
        await using var stage = await StartAsync(namesDatabases: false);

        using var observer = stage.Services.GetRequiredService<IBusControl>().ConnectReceiveObserver(stage.Received);

        await stage.SendAsync("b", "of b");

        await Eventually.HoldsAsync(() => !stage.Received.Faults.IsEmpty, "the delivery to fail");
        stage.Received.Faults.ShouldAllBe(fault => fault.Contains("outbox.UseDatabases(...)"));
        (await stage.NotesAsync("b")).ShouldBeEmpty();
        (await Should.ThrowAsync<ConfigurationException>(() => stage.PublishAsync("b", "published of b"))).Message
            .ShouldContain("outbox.UseDatabases(...)");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static void Configure(IServiceCollection services, Action<OutboxOptions> configure) =>
        services.Configure(OutboxSettings<TenantDbContext>.Name, configure);

    private void UseClock(IServiceCollection services)
    {
        services.UseSagaClock(_clock);
        services.ConfigureDbContext<TenantDbContext>((provider, options) =>
        {
            if (provider.GetRequiredService<Tenant>().Name == "a")
            {
                options.AddInterceptors(_first);
            }
        });
    }

    /// <summary>Moves the clock on, little by little.</summary>
    private Task AdvanceUntilAsync(Func<bool> condition, string what)
    {
        return Eventually.HoldsAsync(
            () =>
            {
                _clock.Advance(0.02);
                return condition();
            },
            what);
    }

    private async Task<Stage> StartAsync(Action<IServiceCollection>? configure = null, bool namesDatabases = true)
    {
        var databases = new Dictionary<string, ITestDatabase>();
        foreach (var tenant in Stage.Tenants)
        {
            databases[tenant] = await CreateDatabaseAsync();
        }

        return await Stage.StartAsync(databases, configure, namesDatabases);
    }

    public sealed record WriteNote(string Text);

    public sealed record NoteWritten(string Text);

    public sealed class Tenant
    {
        public string? Name { get; set; }
    }

    public sealed class TenantDbContext(DbContextOptions<TenantDbContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.AddTransactionalOutboxEntities();
            modelBuilder.AddStepBarrierEntity();
            modelBuilder.Entity<Note>().ToTable("note");
        }
    }

    private sealed class Catalogue
    {
        public IReadOnlyCollection<string> Names { get; set; } = Stage.Tenants;
    }

    /// <summary>The way to the first tenant's database.</summary>
    private sealed class FirstDatabase : DbConnectionInterceptor
    {
        private volatile Func<CancellationToken, Task> _open = _ => Task.CompletedTask;
        private TaskCompletionSource _answer = new();

        public void Fail() =>
            _open = _ => Task.FromException(new NpgsqlException("The database is away."));

        public void FallSilent()
        {
            _answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var answer = _answer.Task;
            _open = answer.WaitAsync;
        }

        public void Work()
        {
            _open = _ => Task.CompletedTask;
            _answer.TrySetResult();
        }

        public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection,
            ConnectionEventData eventData,
            InterceptionResult result,
            CancellationToken cancellationToken = default)
        {
            await _open(cancellationToken);
            return result;
        }
    }

    /// <summary>A broker that confirms what it is sent a moment after its sender was told to stop.</summary>
    private sealed class LateBroker : IOutboxTransport
    {
        private readonly TaskCompletionSource _isSending = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsSending => _isSending.Task;

        public bool IsAvailable => true;

        public Task<bool> AnswersAsync(CancellationToken giveUp) => Task.FromResult(true);

        public Task<Task> StartAsync(CapturedMessage message, CancellationToken cancellationToken) =>
            Task.FromResult(SendAsync(message, cancellationToken));

        public async Task SendAsync(CapturedMessage message, CancellationToken cancellationToken)
        {
            _isSending.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        }
    }

    private sealed class Witness : IReceiveObserver
    {
        public ConcurrentQueue<string> Texts { get; } = new();

        public ConcurrentQueue<string> Faults { get; } = new();

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception)
        {
            Faults.Enqueue(exception.Message);
            return Task.CompletedTask;
        }
    }

    private sealed class TenantFilter<T>(Tenant tenant) : IFilter<ConsumeContext<T>>
        where T : class
    {
        public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
        {
            tenant.Name = context.Headers.Get<string>(Header);
            return next.Send(context);
        }

        public void Probe(ProbeContext context)
        {
        }
    }

    private sealed class WriteNoteConsumer(TenantDbContext context) : IConsumer<WriteNote>
    {
        public Task Consume(ConsumeContext<WriteNote> message)
        {
            context.Add(new Note { Text = message.Message.Text });
            return message.Publish(new NoteWritten(message.Message.Text), sent =>
            {
                if (message.Message.Text.StartsWith(Ordered, StringComparison.Ordinal))
                {
                    sent.KeepOrder(Guid.Empty);
                }
            });
        }
    }

    private sealed class WitnessConsumer(Witness witness) : IConsumer<NoteWritten>
    {
        public Task Consume(ConsumeContext<NoteWritten> context)
        {
            witness.Texts.Enqueue(context.Message.Text);
            return Task.CompletedTask;
        }
    }

    private sealed class Stage(IHost host, Dictionary<string, ITestDatabase> databases) : IAsyncDisposable
    {
        public static readonly string[] Tenants = ["a", "b"];

        public IServiceProvider Services => host.Services;

        public Catalogue Catalogue => Services.GetRequiredService<Catalogue>();

        public OutboxDispatcher<TenantDbContext> Dispatcher =>
            Services.GetServices<IHostedService>().OfType<OutboxDispatcher<TenantDbContext>>().Single();

        public Witness Received => Services.GetRequiredService<Witness>();

        public static async Task<Stage> StartAsync(
            Dictionary<string, ITestDatabase> databases,
            Action<IServiceCollection>? configure,
            bool namesDatabases)
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            var services = builder.Services;
            services.AddSingleton<Witness>();
            services.AddSingleton<Catalogue>();
            services.AddScoped<Tenant>();
            services.AddDbContext<TenantDbContext>((provider, options) => options.UseSagaDatabase(
                SagaDatabase.Detect(databases[provider.GetRequiredService<Tenant>().Name ?? "a"].ConnectionString)));
            services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
            services.AddMassTransit(bus =>
            {
                bus.AddConsumer<WriteNoteConsumer>();
                bus.AddConsumer<WitnessConsumer>();
                bus.AddEntityFrameworkOutbox<TenantDbContext>(outbox =>
                {
                    outbox.QueryDelay = TimeSpan.FromMilliseconds(50);
                    outbox.MessageDeliveryTimeout = TimeSpan.FromSeconds(1);
                    outbox.UseBusOutbox();
                    if (namesDatabases)
                    {
                        outbox.UseDatabases(
                            (provider, _) => Task.FromResult(provider.GetRequiredService<Catalogue>().Names),
                            (scope, name) => scope.GetRequiredService<Tenant>().Name = name);
                    }
                });
                bus.UsingInMemory((context, transport) =>
                {
                    transport.ReceiveEndpoint("notes", endpoint =>
                    {
                        endpoint.UseConsumeFilter(typeof(TenantFilter<>), context);
                        endpoint.UseEntityFrameworkOutbox<TenantDbContext>(context);
                        endpoint.ConfigureConsumer<WriteNoteConsumer>(context);
                    });
                    transport.ReceiveEndpoint("witness", endpoint => endpoint.ConfigureConsumer<WitnessConsumer>(context));
                });
            });
            configure?.Invoke(services);
            var stage = new Stage(builder.Build(), databases);
            foreach (var tenant in Tenants)
            {
                await stage.WithAsync(tenant, context => context.Database.EnsureCreatedAsync());
            }

            await stage.StartAsync();
            return stage;
        }

        public async Task SendAsync(string tenant, string text)
        {
            var endpoint = await Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:notes"));
            await endpoint.Send(new WriteNote(text), context => context.Headers.Set(Header, tenant));
        }

        public async Task PublishAsync(string tenant, string text)
        {
            await using var scope = Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Tenant>().Name = tenant;
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new NoteWritten(text));
            await scope.ServiceProvider.GetRequiredService<TenantDbContext>().SaveChangesAsync();
        }

        public async Task<T> WithAsync<T>(string tenant, Func<TenantDbContext, Task<T>> work)
        {
            await using var scope = Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Tenant>().Name = tenant;
            return await work(scope.ServiceProvider.GetRequiredService<TenantDbContext>());
        }

        public Task<List<string>> NotesAsync(string tenant) =>
            WithAsync(tenant, context => context.Set<Note>().Select(note => note.Text).ToListAsync());

        /// <summary>The numbers of the rows in a tenant's outbox.</summary>
        public Task<List<long>> LeftAsync(string tenant) =>
            WithAsync(tenant, context => context.Set<OutboxMessage>().Select(row => row.SequenceNumber).ToListAsync());

        public async Task<List<long>> UntilLeftAsync(string tenant, int count)
        {
            List<long> left = [];
            await Eventually.HoldsAsync(
                async () => (left = await LeftAsync(tenant)).Count == count, $"{count} messages to be committed");
            return left;
        }

        public async Task UntilReceivedAsync(params string[] texts)
        {
            await Eventually.HoldsAsync(() => Received.Texts.Count >= texts.Length, "the messages to arrive");
            Received.Texts.ShouldBe(texts, ignoreOrder: true);
        }

        public async Task UntilOutboxesAreEmptyAsync()
        {
            foreach (var tenant in Tenants)
            {
                await Eventually.HoldsAsync(
                    () => WithAsync(tenant, async context => !await context.Set<OutboxMessage>().AnyAsync()),
                    $"the outbox of {tenant} to be empty");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
            foreach (var database in databases.Values)
            {
                await database.DisposeAsync();
            }
        }

        private Task StartAsync() => host.StartAsync();
    }
}
