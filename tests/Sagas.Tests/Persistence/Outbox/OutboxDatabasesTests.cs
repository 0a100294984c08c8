using System.Collections.Concurrent;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Sql;

namespace Sagas.Tests.Persistence.Outbox;

public sealed class OutboxDatabasesTests
{
    private readonly ConcurrentQueue<LogLine> _log = new();
    private Exception? _failure;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Options that ask a store of secrets, say, which is away for a second.</summary>
    [Fact]
    public async Task ThrowIfUnknown_ContextCouldNotBeMadeAtFirst_IsKnownOnceItCan()
    {
        await using var provider = Provide();
        await using var scope = provider.CreateAsyncScope();
        var (databases, context) = (DatabasesOf(provider), scope.ServiceProvider.GetRequiredService<ShopDbContext>());
        _failure = new TimeoutException("The store of secrets is away.");
        var refused = await Should.ThrowAsync<ConfigurationException>(
            async () => await databases.ThrowIfUnknownAsync(context, Ct));
        refused.Message.ShouldContain(_failure.Message);

        _failure = null;

        await databases.ThrowIfUnknownAsync(context, Ct);
    }

    [Fact]
    public async Task ThrowIfUnknown_ADatabaseIsNoLongerListed_SaysSo()
    {
        IReadOnlyCollection<string> names = ["shop"];
        await using var provider = Provide(services =>
            services.AddSingleton(new NamedDatabases<ShopDbContext>((_, _) => Task.FromResult(names), (_, _) => { })));
        await using var scope = provider.CreateAsyncScope();
        var (databases, context) = (DatabasesOf(provider), scope.ServiceProvider.GetRequiredService<ShopDbContext>());
        await databases.ThrowIfUnknownAsync(context, Ct);

        names = [];
        await databases.ListAsync(Ct);

        var refused = await Should.ThrowAsync<ConfigurationException>(
            async () => await databases.ThrowIfUnknownAsync(context, Ct));
        refused.Message.ShouldStartWith($"ShopDbContext uses {Path.GetFullPath("shop.db")} here, which is none of");
    }

    /// <summary>A catalogue of tenants that is away ends no host.</summary>
    [Fact]
    public async Task Look_ListFails_LooksAtNothingAndSaysSo()
    {
        await using var provider = Provide(services => services.AddSingleton(new NamedDatabases<ShopDbContext>(
            (_, _) => throw new TimeoutException("The catalogue is away."), (_, _) => { })));

        var found = await DatabasesOf(provider).LookAsync(_ => "a problem", Ct);

        found.ShouldBeNull();
        _log.ShouldContain(line => line.Level == LogLevel.Warning && line.Exception is TimeoutException);
    }

    [Fact]
    public async Task Look_ContextIsNotRegistered_SaysSo()
    {
        await using var provider = Provide(isRegistered: false);

        var refused = await Should.ThrowAsync<ConfigurationException>(
            () => DatabasesOf(provider).LookAsync(_ => "a problem", Ct));

        refused.Message.ShouldBe(
            "AddEntityFrameworkOutbox<ShopDbContext> needs ShopDbContext, which is not registered: "
            + "call services.AddDbContext<ShopDbContext>(...).");
    }

    [Fact]
    public async Task CheckProvider_ContextIsNotRegistered_SaysSo()
    {
        await using var provider = Provide(isRegistered: false);
        var check = new ProviderCheck<ShopDbContext>(
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<SqlDialects>(),
            "The repository",
            "UsePostgres",
            _ => true);

        var refused = await Should.ThrowAsync<ConfigurationException>(() => check.StartAsync(Ct));

        refused.Message.ShouldStartWith("The repository needs ShopDbContext, which is not registered");
    }

    private static OutboxDatabases<ShopDbContext> DatabasesOf(IServiceProvider provider) =>
        provider.GetRequiredService<OutboxDatabases<ShopDbContext>>();

    private ServiceProvider Provide(Action<IServiceCollection>? configure = null, bool isRegistered = true)
    {
        var services = new ServiceCollection();
        services.AddDeliveryServices();
        services.AddSingleton<ILoggerProvider>(new LogListener(_log.Enqueue));
        services.AddSingleton<OutboxDatabases<ShopDbContext>>();
        if (isRegistered)
        {
            services.AddDbContext<ShopDbContext>(options =>
            {
                if (_failure is not null)
                {
                    throw _failure;
                }

                options.UseSqlite("Data Source=shop.db");
            });
        }

        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    private sealed class ShopDbContext(DbContextOptions<ShopDbContext> options) : DbContext(options);
}
