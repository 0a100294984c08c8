using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.SagaRepository;
using Sagas.Tests.Persistence.Contract.UserCode;

namespace Sagas.Tests.Persistence.Sqlite;

/// <summary>The names by which a repository and an outbox are registered.</summary>
public sealed class SqliteRegistrationTests : UserCodeContract
{
    [Fact]
    public async Task Start_EveryNameAndTheRightDatabase_Runs()
    {
        var program = new UserProgram
        {
            Outbox = outbox =>
            {
                outbox.QueryDelay = TimeSpan.FromMilliseconds(50);
                outbox.QueryMessageLimit = 10;
                outbox.QueryTimeout = TimeSpan.FromSeconds(5);
                outbox.DuplicateDetectionWindow = TimeSpan.FromSeconds(30);
                outbox.DisableInboxCleanupService();
                outbox.UseSqlite().UseBusOutbox(bus => bus.MessageDeliveryTimeout = TimeSpan.FromSeconds(3));
            },
            Bus = bus => bus.AddSagaStateMachine<OrderMachine, OrderState>().EntityFrameworkRepository(r =>
            {
                r.ConcurrencyMode = ConcurrencyMode.Optimistic;
                r.ExistingDbContext<ShopDbContext>();
                r.UseSqlite();
            }),
        };
        await RunAsync(program, async host =>
        {
            var options = host.Services.GetRequiredService<OutboxSettings<ShopDbContext>>().Options;
            options.QueryTimeout.ShouldBe(TimeSpan.FromSeconds(5));
            options.MessageDeliveryTimeout.ShouldBe(TimeSpan.FromSeconds(3));
            options.InboxCleanup.ShouldBeFalse();

            await SubmitAsync(host);
        });
    }

    /// <summary>Wherever they stand: what is said in them is said for the outbox.</summary>
    [Fact]
    public async Task Start_OptionsOfMassTransitsServices_WinOverTheOutboxes()
    {
        var program = new UserProgram
        {
            Outbox = outbox =>
            {
                outbox.QueryDelay = TimeSpan.FromHours(1);
                outbox.QueryMessageLimit = 10;
                outbox.UseBusOutbox();
            },
            Bus = bus => bus.AddOptions<InboxCleanupServiceOptions<ShopDbContext>>().Configure(options =>
            {
                options.DuplicateDetectionWindow = TimeSpan.FromDays(2);
                options.QueryDelay = TimeSpan.FromMinutes(3);
            }),
            Services = services => services
                .Configure<OutboxDeliveryServiceOptions>(options => options.QueryDelay = TimeSpan.FromMilliseconds(50))
                .PostConfigure<OutboxDeliveryServiceOptions>(options => options.MessageDeliveryTimeout *= 2),
        };
        await RunAsync(program, host =>
        {
            var options = host.Services.GetRequiredService<OutboxSettings<ShopDbContext>>().Options;

            options.QueryDelay.ShouldBe(TimeSpan.FromMilliseconds(50));
            options.QueryMessageLimit.ShouldBe(10);
            options.MessageDeliveryTimeout.ShouldBe(new OutboxOptions().MessageDeliveryTimeout * 2);
            options.DuplicateDetectionWindow.ShouldBe(TimeSpan.FromDays(2));
            options.InboxCleanupDelay.ShouldBe(TimeSpan.FromMinutes(3));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Start_RepositoryRegistersTheContext_Runs()
    {
        await using var servers = await SqliteUserServers.CreateAsync();
        var program = new UserProgram
        {
            UsesOutbox = false,
            Bus = bus => bus.AddSagaStateMachine<OrderMachine, OrderState>().EntityFrameworkRepository(r =>
                r.AddDbContext<DbContext, ShopDbContext>((_, options) =>
                    options.UseSqlite(servers.ConnectionString))),
        };
        await using var host = await UserHost.StartAsync(servers, program);

        await SubmitAsync(host);
    }

    [Fact]
    public async Task DatabaseFactory_TheOutboxesFileByAnotherPath_IsTheSameDatabase()
    {
        await using var servers = await SqliteUserServers.CreateAsync();
        var connection = new SqliteConnectionStringBuilder(servers.ConnectionString);
        connection.DataSource = Path.GetRelativePath(Environment.CurrentDirectory, connection.DataSource);
        var options = new DbContextOptionsBuilder<ShopDbContext>().UseSqlite(connection.ConnectionString).Options;
        var program = new UserProgram
        {
            Bus = bus => bus.AddSagaStateMachine<OrderMachine, OrderState>().EntityFrameworkRepository(r =>
                r.DatabaseFactory(() => new ShopDbContext(options))),
        };
        await using var host = await UserHost.StartAsync(servers, program);

        await SubmitAsync(host);
    }

    [Fact]
    public async Task Start_RepositoryOfEverySaga_Runs()
    {
        var program = new UserProgram
        {
            Bus = bus =>
            {
                bus.SetEntityFrameworkSagaRepositoryProvider(r => r.ExistingDbContext<ShopDbContext>());
                bus.AddSagaStateMachine(typeof(OrderMachine));
            },
        };
        await RunAsync(program, SubmitAsync);
    }

    /// <summary>In any order: what was said before stays said.</summary>
    [Fact]
    public async Task Start_EveryNameOfARepository_Runs()
    {
        var program = new UserProgram
        {
            Outbox = outbox =>
            {
                outbox.UseSqlite(enableSchemaCaching: false).UseBusOutbox(bus => bus.UseBulkDeliveryService());
                outbox.LockStatementProvider = new SqliteLockStatementProvider(false);
            },
            Bus = bus => bus.AddSagaStateMachine<OrderMachine, OrderState>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<ShopDbContext>();
                r.ConfigureTransaction(false);
                r.UsePostgres("shop");
                r.LockStatementProvider = new SqlServerLockStatementProvider("dbo");
                r.UseSqlite().CustomizeQuery(orders => orders.Where(order => order.OrderNumber != ""));
                r.SetOptimisticConcurrency();
            }),
        };
        await RunAsync(program, async host =>
        {
            await SubmitAsync(host);

            var settings = host.Services.GetRequiredService<SagaRepositorySettings<OrderState>>();
            settings.Query.ShouldNotBeNull();
            settings.ConcurrencyMode.ShouldBe(ConcurrencyMode.Optimistic);
        });
    }

    /// <summary>What definitions were given before they were given a context.</summary>
    [Fact]
    public async Task UseEntityFrameworkOutbox_ServicesInPlaceOfTheContext_CommitsTogether()
    {
        var program = new UserProgram
        {
            UsesOutbox = false,
            Bus = bus => bus.AddConsumer<StockConsumer>(),
            Endpoint = (context, endpoint) =>
            {
                endpoint.UseMessageRetry(retry => retry.Immediate(5));
#pragma warning disable CS0618 // The overload is what is tested.
                endpoint.UseEntityFrameworkOutbox<ShopDbContext>(context.GetRequiredService<IServiceProvider>());
#pragma warning restore CS0618
            },
        };
        await RunAsync(program, async host =>
        {
            await host.PublishAsync(new CountStock("apple", Failures: 2));

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple");
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<StockCounted>().Count().ShouldBe(2);
            (await host.AuditAsync()).ShouldBe(["apple", "apple again"]);
        });
    }

    [Fact]
    public async Task Start_LocksOfTheUsersOwnInTheOutbox_SaysSo()
    {
        var program = new UserProgram
        {
            Outbox = outbox =>
                outbox.LockStatementProvider = new SqlLockStatementProvider(new PostgresLockStatementFormatter()),
            Bus = _ => { },
        };

        var failure = await Should.ThrowAsync<Exception>(() => RunAsync(program, _ => Task.CompletedTask));

        failure.GetBaseException().Message.ShouldStartWith(
            "AddEntityFrameworkOutbox<ShopDbContext> is given SqlLockStatementProvider, whose statements the outbox does not");
    }

    /// <summary>With polls an hour apart, whatever arrives was woken for.</summary>
    [Fact]
    public async Task SaveChanges_ScopeThatIsNotOver_SendsAtOnce()
    {
        var program = ConsumerContract.Stock(busOutbox: true) with
        {
            Outbox = outbox =>
            {
                outbox.QueryDelay = TimeSpan.FromHours(1);
                outbox.UseBusOutbox();
            },
        };
        await RunAsync(program, async host =>
        {
            await using var scope = host.Services.CreateAsyncScope();
            var shop = scope.ServiceProvider.GetRequiredService<ShopDbContext>();
            var endpoint = scope.ServiceProvider.GetRequiredService<IPublishEndpoint>();
            foreach (var sku in Enumerable.Range(0, 2).Select(number => $"apple {number}"))
            {
                await endpoint.Publish(new StockCounted(sku), Ct);
                await shop.SaveChangesAsync(Ct);
                await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == sku);
            }
        });
    }

    [Theory]
    [InlineData(true, "EntityFrameworkRepository of OrderState says UsePostgres()")]
    [InlineData(false, "AddEntityFrameworkOutbox<ShopDbContext> says UsePostgres()")]
    public async Task Start_StatedDatabaseIsWrong_SaysSo(bool isRepository, string expected)
    {
        var program = new UserProgram
        {
            Outbox = outbox =>
            {
                if (!isRepository)
                {
                    outbox.UsePostgres();
                }
            },
            Bus = bus => bus.AddSagaStateMachine<OrderMachine, OrderState>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<ShopDbContext>();
                if (isRepository)
                {
                    r.UsePostgres();
                }
            }),
        };

        var failure = await Should.ThrowAsync<ConfigurationException>(
            () => RunAsync(program, _ => Task.CompletedTask));

        failure.Message.ShouldStartWith(expected);
    }

    [Fact]
    public void AddEntityFrameworkOutbox_BusOfAnotherType_SaysSo()
    {
        var failure = Should.Throw<Exception>(() => new ServiceCollection().AddMassTransit<IOtherBus>(
            bus => bus.AddEntityFrameworkOutbox<ShopDbContext>()));

        failure.GetBaseException().ShouldBeOfType<ConfigurationException>().Message.ShouldStartWith(
            "AddEntityFrameworkOutbox<ShopDbContext> is called for a bus of its own type");
    }

    [Fact]
    public async Task DisableDeliveryService_ScopePublishes_WaitsForAnotherProcess()
    {
        await using var servers = await SqliteUserServers.CreateAsync();
        var sending = ConsumerContract.Stock(busOutbox: true);
        var silent = sending with { Outbox = outbox => outbox.UseBusOutbox(bus => bus.DisableDeliveryService()) };
        await using (var host = await UserHost.StartAsync(servers, silent))
        {
            await PublishInScopeAsync(host, new StockCounted("apple"));
            await host.PublishAsync(new CountStock("pear"));
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "pear");
            host.Journal.All<StockCounted>().ShouldNotContain(counted => counted.Sku == "apple");
        }

        await using var next = await UserHost.StartAsync(servers, sending);

        await next.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple");
        await next.UntilOutboxIsEmptyAsync();
    }

    public interface IOtherBus : IBus;

    protected override Task<IUserServers> CreateServersAsync()
    {
        return SqliteUserServers.CreateAsync();
    }

    private static async Task PublishInScopeAsync(UserHost host, StockCounted message)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(message, Ct);
        await scope.ServiceProvider.GetRequiredService<ShopDbContext>().SaveChangesAsync(Ct);
    }

    private static async Task SubmitAsync(UserHost host)
    {
        var id = Guid.NewGuid();
        await host.PublishAsync(new SubmitOrder(id, "open-1", "ada"));
        await host.UntilAsync<OrderState>(id, order => order.CurrentState == 3, "to be accepted");
    }
}
