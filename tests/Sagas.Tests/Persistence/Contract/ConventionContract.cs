using System.Linq.Expressions;
using System.Text.RegularExpressions;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What an application does to all entities of its context, those of the outbox included.</summary>
public abstract partial class ConventionContract
{
    private static readonly string Note = new('x', 500);

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Fact]
    public Task Deliver_StringsAreShort_WorksAsWithout() => DeliverAsync<ShortStrings>();

    [Fact]
    public Task Deliver_TypesAreConverted_WorksAsWithout() => DeliverAsync<Conversions>();

    [Fact]
    public Task Deliver_ProxiesLoadLazily_WorksAsWithout() => DeliverAsync<Proxies>();

    [Fact]
    public Task Deliver_EntitiesHaveMoreProperties_WorksAsWithout() => DeliverAsync<MoreProperties>();

    [Fact]
    public Task Deliver_EntitiesHaveAQueryFilter_WorksAsWithout() => DeliverAsync<Filters>();

    [Fact]
    public Task Deliver_TablesAndColumnsHaveOtherNames_WorksAsWithout() => DeliverAsync<Names>();

    [Fact]
    public async Task Start_PropertyThatNothingCanFill_SaysWhichAndWhatToDo()
    {
        await using var database = await CreateDatabaseAsync();

        var error = await Should.ThrowAsync<ConfigurationException>(() => StartAsync<UnfillableProperty>(database));

        error.Message.ShouldContain("adds the required property OutboxMessage.Tenant");
        error.Message.ShouldContain("make it nullable");
    }

    [Fact]
    public async Task Start_BodiesAreLimited_SaysWhichAndWhatToDo()
    {
        await using var database = await CreateDatabaseAsync();

        var error = await Should.ThrowAsync<ConfigurationException>(() => StartAsync<ShortBodies>(database));

        error.Message.ShouldContain("limits OutboxMessage.Body to 100 characters");
    }

    [Fact]
    public async Task Start_FilteredColumnHasAnotherName_SaysWhichAndWhatToDo()
    {
        await using var database = await CreateDatabaseAsync();

        var error = await Should.ThrowAsync<ConfigurationException>(() => StartAsync<OtherColumn>(database));

        error.Message.ShouldContain("OutboxMessage.ParkedAt");
        error.Message.ShouldContain("HasFilter");
    }

    /// <summary>
    /// By the bus outbox, which EF saves and the dispatcher sends, to a saga, which writes past EF and sends by itself.
    /// </summary>
    private async Task DeliverAsync<TConvention>()
        where TConvention : IConvention
    {
        await using var database = await CreateDatabaseAsync();
        using var host = await StartAsync<TConvention>(database);
        var (meter, twice) = (Guid.NewGuid(), Guid.NewGuid());
        var received = host.Services.GetRequiredService<MeterReadings>();

        await PublishAsync<TConvention>(host, new ReadMeter(meter, Note));
        await Eventually.HoldsAsync(() => received.Counts.Contains(1), "the first reading");
        await PublishAsync<TConvention>(host, new ReadMeter(meter, Note), twice);
        await Eventually.HoldsAsync(() => received.Counts.Contains(2), "the second reading");
        await PublishAsync<TConvention>(host, new ReadMeter(meter, Note), twice);
        await PublishAsync<TConvention>(host, new ReadMeter(meter, Note));
        await Eventually.HoldsAsync(() => received.Counts.Contains(3), "the third reading");

        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ConventionDbContext<TConvention>>();
        await Eventually.HoldsAsync(
            async () => !await context.Set<OutboxMessage>().IgnoreQueryFilters().AnyAsync(), "the outbox to be empty");
        (await context.Set<InboxState>().IgnoreQueryFilters().CountAsync()).ShouldBe(3);
        received.Counts.Order().ShouldBe([1, 2, 3]);
        await host.StopAsync();
    }

    private static async Task PublishAsync<TConvention>(IHost host, ReadMeter message, Guid? messageId = null)
        where TConvention : IConvention
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>()
            .Publish(message, context => context.MessageId = messageId ?? context.MessageId);
        await scope.ServiceProvider.GetRequiredService<ConventionDbContext<TConvention>>().SaveChangesAsync();
    }

    private static async Task<IHost> StartAsync<TConvention>(ITestDatabase database)
        where TConvention : IConvention
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var sagaDatabase = SagaDatabase.Detect(database.ConnectionString);
        builder.Services.AddSingleton<MeterReadings>();
        builder.Services.AddDbContext<ConventionDbContext<TConvention>>(options =>
        {
            options.UseSagaDatabase(sagaDatabase);
            TConvention.Use(options);
        });
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddSagaStateMachine<MeterMachine, Meter>().EntityFrameworkRepository(
                repository => repository.ExistingDbContext<ConventionDbContext<TConvention>>());
            bus.AddConsumer<MeterReadConsumer>();
            bus.AddEntityFrameworkOutbox<ConventionDbContext<TConvention>>(outbox =>
            {
                outbox.QueryDelay = TimeSpan.FromMilliseconds(50);
                outbox.UseBusOutbox();
            });
            bus.UsingInMemory((context, transport) =>
            {
                transport.ReceiveEndpoint("meters", endpoint =>
                {
                    endpoint.UseMessageRetry(retry => retry.Immediate(5));
                    endpoint.UseEntityFrameworkOutbox<ConventionDbContext<TConvention>>(context);
                    endpoint.ConfigureSaga<Meter>(context);
                });
                transport.ReceiveEndpoint("readings", endpoint => endpoint.ConfigureConsumer<MeterReadConsumer>(context));
            });
        });
        var host = builder.Build();
        try
        {
            if (TConvention.HasTables)
            {
                await using var scope = host.Services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<ConventionDbContext<TConvention>>()
                    .Database.EnsureCreatedAsync();
            }

            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public interface IConvention
    {
        /// <summary>Whether the database takes the tables.</summary>
        static virtual bool HasTables => true;

        static virtual void Configure(ModelConfigurationBuilder configuration)
        {
        }

        static virtual void Apply(ModelBuilder model)
        {
        }

        static virtual void Use(DbContextOptionsBuilder options)
        {
        }
    }

    public sealed class ConventionDbContext<TConvention>(DbContextOptions<ConventionDbContext<TConvention>> options)
        : SagaDbContext(options)
        where TConvention : IConvention
    {
        protected override IEnumerable<ISagaClassMap> Configurations => [new MeterMap()];

        protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
            TConvention.Configure(configurationBuilder);

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.AddTransactionalOutboxEntities();
            modelBuilder.AddStepBarrierEntity();
            TConvention.Apply(modelBuilder);
        }
    }

    private sealed class ShortStrings : IConvention
    {
        public static void Configure(ModelConfigurationBuilder configuration) =>
            configuration.Properties<string>().HaveMaxLength(20);
    }

    private sealed class Conversions : IConvention
    {
        public static void Configure(ModelConfigurationBuilder configuration)
        {
            configuration.Properties<Guid>().HaveConversion<string>().HaveMaxLength(36);
            configuration.Properties<DateTime>().HaveConversion<DateTimeToTicksConverter>();
            configuration.Properties<MeterKind>().HaveConversion<string>();
            configuration.Properties<int>().HaveConversion<long>();
        }
    }

    private sealed class Proxies : IConvention
    {
        public static void Use(DbContextOptionsBuilder options) => options.UseLazyLoadingProxies();
    }

    private sealed class MoreProperties : IConvention
    {
        public static void Apply(ModelBuilder model)
        {
            foreach (var entity in model.Model.GetEntityTypes().Select(type => model.Entity(type.ClrType)))
            {
                entity.Property<string?>("Tenant");
                entity.Property<DateTime>("CreatedAt");
                entity.Property<int>("Revision").HasDefaultValue(1);
            }
        }
    }

    private sealed class Filters : IConvention
    {
        /// <summary>The saga is seen by its filter, and nothing of the outbox is.</summary>
        public static void Apply(ModelBuilder model)
        {
            foreach (var type in model.Model.GetEntityTypes())
            {
                var row = Expression.Parameter(type.ClrType);
                model.Entity(type.ClrType)
                    .HasQueryFilter(Expression.Lambda(Expression.Constant(type.ClrType == typeof(Meter)), row));
            }
        }
    }

    private sealed partial class Names : IConvention
    {
        public static void Apply(ModelBuilder model)
        {
            model.HasDefaultSchema("app");
            foreach (var type in model.Model.GetEntityTypes())
            {
                type.SetTableName($"t_{Snake(type.ClrType.Name)}");
                foreach (var property in type.GetProperties())
                {
                    property.SetColumnName(Snake(property.Name));
                }
            }
        }

        private static string Snake(string name) => WordStart().Replace(name, "_$1").ToLowerInvariant();

        [GeneratedRegex("(?<!^)([A-Z])")]
        private static partial Regex WordStart();
    }

    private sealed class UnfillableProperty : IConvention
    {
        public static void Apply(ModelBuilder model)
        {
            foreach (var type in model.Model.GetEntityTypes())
            {
                model.Entity(type.ClrType).Property<string>("Tenant").IsRequired();
            }
        }
    }

    private sealed class ShortBodies : IConvention
    {
        public static void Apply(ModelBuilder model)
        {
            foreach (var property in model.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
            {
                if (property.ClrType == typeof(string))
                {
                    property.SetMaxLength(100);
                }
            }
        }
    }

    private sealed class OtherColumn : IConvention
    {
        public static bool HasTables => false;

        public static void Apply(ModelBuilder model) =>
            model.Entity<OutboxMessage>().Property(row => row.ParkedAt).HasColumnName("PARKED");
    }
}

public enum MeterKind
{
    Water,
    Power,
}

public class Meter : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public MeterKind Kind { get; set; }

    public int Count { get; set; }

    public DateTime? ReadAt { get; set; }

    public Guid? Last { get; set; }

    public int Version { get; set; }
}

public sealed class MeterMap : SagaClassMap<Meter>
{
    protected override void Configure(
        Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<Meter> entity, ModelBuilder model)
    {
        entity.ToTable("meter");
        entity.Property(meter => meter.Version).IsConcurrencyToken();
    }
}

public sealed record ReadMeter(Guid MeterId, string Note);

public sealed record MeterRead(Guid MeterId, int Count, string Note);

public sealed class MeterMachine : MassTransitStateMachine<Meter>
{
    public MeterMachine()
    {
        InstanceState(meter => meter.CurrentState);
        Event(() => ReadMeter, e => e.CorrelateById(context => context.Message.MeterId));
        Initially(When(ReadMeter).Then(Read).PublishAsync(AnnounceAsync).TransitionTo(Reading));
        During(Reading, When(ReadMeter).Then(Read).PublishAsync(AnnounceAsync));
    }

    public State Reading { get; private set; } = null!;

    public Event<ReadMeter> ReadMeter { get; private set; } = null!;

    private static void Read(BehaviorContext<Meter, ReadMeter> context)
    {
        context.Saga.Kind = MeterKind.Power;
        context.Saga.Count++;
        context.Saga.ReadAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        context.Saga.Last = context.MessageId;
    }

    private static Task<MeterRead> AnnounceAsync(BehaviorContext<Meter, ReadMeter> context) =>
        Task.FromResult(new MeterRead(context.Saga.CorrelationId, context.Saga.Count, context.Message.Note));
}

public sealed class MeterReadings
{
    public System.Collections.Concurrent.ConcurrentQueue<int> Counts { get; } = new();
}

public sealed class MeterReadConsumer(MeterReadings readings) : IConsumer<MeterRead>
{
    public Task Consume(ConsumeContext<MeterRead> context)
    {
        readings.Counts.Enqueue(context.Message.Count);
        return Task.CompletedTask;
    }
}
