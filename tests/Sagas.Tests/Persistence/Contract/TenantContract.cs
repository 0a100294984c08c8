using System.Collections.Concurrent;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>A context that has a database for each tenant, which a header names.</summary>
public abstract class TenantContract
{
    private const string Header = "x-tenant";

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
            return message.Publish(new NoteWritten(message.Message.Text));
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
                            (_, _) => Task.FromResult<IReadOnlyCollection<string>>(Tenants),
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
