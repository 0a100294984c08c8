using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Repositories whose contexts a function makes, with or without a container, and locks of the user's own.</summary>
public abstract class CreatedContextContract : UserCodeContract
{
    private const int Deliveries = 8;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DatabaseFactory_ManyDeliveriesOfOneSaga_LosesNone(bool outbox)
    {
        var program = Picking(outbox) with
        {
            Bus = bus => bus.AddSaga<PickList>().EntityFrameworkRepository(r =>
                r.DatabaseFactory(provider =>
                {
                    var options = provider.GetRequiredService<DbContextOptions<ShopDbContext>>();
                    return () => new ShopDbContext(options);
                })),
        };
        await RunAsync(program, PickAsync);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DatabaseFactory_GivesTheScopesOwnContext_LosesNone(bool outbox)
    {
        var program = Picking(outbox) with
        {
            Bus = bus => bus.AddSaga<PickList>().EntityFrameworkRepository(
                r => r.DatabaseFactory(provider => () => provider.GetRequiredService<ShopDbContext>())),
        };
        await RunAsync(program, PickAsync);
    }

    [Theory]
    [InlineData(ConcurrencyMode.Pessimistic)]
    [InlineData(ConcurrencyMode.Optimistic)]
    public async Task Create_QueryThatIncludesRows_LoadsThemAndLosesNone(ConcurrencyMode mode)
    {
        var program = Picking(outbox: false) with
        {
            Transport = (context, transport) =>
            {
                var options = Options(context);
                var repository = mode == ConcurrencyMode.Optimistic
                    ? EntityFrameworkSagaRepository<ParcelState>.CreateOptimistic(
                        () => new ShopDbContext(options), parcels => parcels.Include(parcel => parcel.Items))
                    : EntityFrameworkSagaRepository<ParcelState>.CreatePessimistic(
                        () => new ShopDbContext(options),
                        new PostgresLockStatementProvider(),
                        parcels => parcels.Include(parcel => parcel.Items));
                transport.ReceiveEndpoint($"parcels-{Guid.NewGuid():n}", endpoint =>
                {
                    endpoint.UseMessageRetry(retry => retry.Immediate(50));
                    endpoint.StateMachineSaga(new ParcelMachine(), repository);
                });
            },
        };
        await RunAsync(program, async host =>
        {
            var id = Guid.NewGuid();

            await Task.WhenAll(
                Enumerable.Range(0, Deliveries).Select(i => host.PublishAsync(new PackItem(id, $"book {i}"))));

            await host.UntilAsync<ParcelState>(id, parcel => parcel.Count == Deliveries, "every item to be counted");
            (await host.QueryAsync(shop => shop.Set<ParcelItem>().CountAsync(Ct))).ShouldBe(Deliveries);
        });
    }

    [Proves("database-two-contexts")]
    [Fact]
    public async Task DatabaseFactory_AnotherContextThanTheOutboxHas_IsRefusedBeforeAnythingIsWritten()
    {
        var faults = new TaskCompletionSource<Fault<StartPicking>>();
        var program = new UserProgram
        {
            Bus = bus =>
            {
                bus.AddHandler<Fault<StartPicking>>(context =>
                {
                    faults.TrySetResult(context.Message);
                    return Task.CompletedTask;
                });
                bus.AddSaga<PickList>().EntityFrameworkRepository(r => r.DatabaseFactory(provider =>
                {
                    var shop = provider.GetRequiredService<ShopDbContext>();
                    var options = new DbContextOptionsBuilder<OtherShopDbContext>().UseSagaDatabase(
                        SagaDatabase.Detect(shop.Database.GetConnectionString()));
                    return () => new OtherShopDbContext(options.Options);
                }));
            },
        };
        await RunAsync(program, async host =>
        {
            var id = Guid.NewGuid();
            await host.PublishAsync(new StartPicking(id, "A"));

            var fault = await faults.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
            fault.Exceptions.ShouldContain(x => x.Message.Contains(
                "makes a OtherShopDbContext of its own, and its endpoint has the outbox of ShopDbContext",
                StringComparison.Ordinal));
            (await host.FindAsync<PickList>(id)).ShouldBeNull();
        });
    }

    [Fact]
    public async Task Create_WithoutAContainer_LosesNoneAndFindsThem()
    {
        ISagaRepository<PickList>? repository = null;
        var program = Picking(outbox: false) with
        {
            Transport = (context, transport) =>
            {
                var options = Options(context);
                repository = EntityFrameworkSagaRepository<PickList>.CreatePessimistic(
                    new DelegateSagaDbContextFactory<PickList>(() => new ShopDbContext(options)));
                transport.ReceiveEndpoint($"picking-{Guid.NewGuid():n}", endpoint =>
                {
                    endpoint.UseMessageRetry(retry => retry.Immediate(50));
                    endpoint.Saga(repository);
                });
            },
        };
        await RunAsync(program, async host =>
        {
            var id = await PickAsync(host);

            (await ((ILoadSagaRepository<PickList>)repository!).Load(id)).Count.ShouldBe(Deliveries);
            (await ((IQuerySagaRepository<PickList>)repository).Find(
                new SagaQuery<PickList>(list => list.Count == Deliveries))).ShouldHaveSingleItem().ShouldBe(id);
        });
    }

    [Proves("database-lock-of-the-users-own")]
    [Theory]
    [InlineData(true, "@p0")]
    [InlineData(false, "{0}")]
    public async Task LockStatementProvider_OneOfTheUsersOwn_IsExecutedAndTheRowIsLockedAllTheSame(
        bool outbox, string parameter)
    {
        var statements = new CountingLocks(parameter);
        var program = Picking(outbox) with
        {
            Bus = bus => bus.AddSaga<PickList>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<ShopDbContext>();
                r.LockStatementProvider = statements;
            }),
        };
        await RunAsync(program, PickAsync);

        statements.Count.ShouldBeGreaterThanOrEqualTo(Deliveries);
        statements.Last.ShouldBe($"SELECT * FROM \"PickList\" WHERE \"CorrelationId\" = {parameter}");
    }

    /// <summary>Their scope ends with the host: they refer to its services.</summary>
    private static DbContextOptions<ShopDbContext> Options(IServiceProvider services)
    {
        return services.CreateScope().ServiceProvider.GetRequiredService<DbContextOptions<ShopDbContext>>();
    }

    private static UserProgram Picking(bool outbox)
    {
        return new UserProgram
        {
            UsesOutbox = outbox,
            Endpoint = (_, endpoint) => endpoint.UseMessageRetry(retry => retry.Immediate(50)),
            Bus = _ => { },
        };
    }

    private static async Task<Guid> PickAsync(UserHost host)
    {
        var id = Guid.NewGuid();
        await host.PublishAsync(new StartPicking(id, "A"));
        (await host.Journal.UntilAsync<OrderAccepted>()).ShouldBe(new OrderAccepted(id, "A"));

        await Task.WhenAll(Enumerable.Range(0, Deliveries).Select(_ => host.PublishAsync(new ItemPicked(id, 1))));

        await host.UntilAsync<PickList>(id, list => list.Count == Deliveries, "to be picked");
        return id;
    }

    private sealed class OtherShopDbContext(DbContextOptions options) : SagaDbContext(options)
    {
        protected override IEnumerable<ISagaClassMap> Configurations => [new PickListMap()];
    }

    /// <summary>A statement that locks nothing: whoever relied on it alone would lose changes.</summary>
    private sealed class CountingLocks(string parameter) : SqlLockStatementProvider(new SqliteLockStatementFormatter())
    {
        private int _count;

        public int Count => _count;

        public string? Last { get; private set; }

        public override string GetRowLockStatement<T>(DbContext context)
        {
            Interlocked.Increment(ref _count);
            return Last = base.GetRowLockStatement<T>(context).Replace("@p0", parameter, StringComparison.Ordinal);
        }
    }
}
