using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>A process that runs a user's program.</summary>
public sealed class UserHost : IAsyncDisposable
{
    private readonly IHost _host;

    private UserHost(IHost host)
    {
        _host = host;
    }

    public IServiceProvider Services => _host.Services;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public Journal Journal => Services.GetRequiredService<Journal>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<UserHost> StartAsync(IUserServers servers, UserProgram program)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        Configure(builder, servers, program);
        return await StartAsync(builder.Build());
    }

    public static async Task<UserHost> StartAsync(IHost host)
    {
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<ShopDbContext>().Database.EnsureCreatedAsync(Ct);
        }

        var user = new UserHost(host);
        try
        {
            await host.StartAsync(Ct);
            return user;
        }
        catch
        {
            // What had started before still writes to the database.
            await user.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a user writes in Program.cs.</summary>
    public static void Configure(IHostApplicationBuilder builder, IUserServers servers, UserProgram program)
    {
        builder.Logging.ClearProviders();
        var database = SagaDatabase.Detect(servers.ConnectionString);
        builder.Services.AddDbContext<ShopDbContext>(options =>
        {
            options.UseSagaDatabase(database);
            program.Database?.Invoke(options);
        });
        builder.Services.AddSingleton<Journal>();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetEndpointNameFormatter(new DefaultEndpointNameFormatter(servers.Prefix, includeNamespace: false));
            bus.AddConsumer<JournalConsumer>();
            program.Bus(bus);
            bus.AddEntityFrameworkOutbox<ShopDbContext>(outbox =>
            {
                outbox.QueryDelay = TimeSpan.FromMilliseconds(50);
                program.Outbox?.Invoke(outbox);
            });
            bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
            {
                if (name.EndsWith("Journal", StringComparison.Ordinal))
                {
                    return;
                }

                program.Endpoint?.Invoke(context, endpoint);
                if (program.UsesOutbox)
                {
                    endpoint.UseEntityFrameworkOutbox<ShopDbContext>(context);
                }
            });
            servers.AddTransport(bus, (context, transport) => program.Transport?.Invoke(context, transport));
        });
        program.Services?.Invoke(builder.Services);
    }

    public async Task PublishAsync<T>(T message, Guid? messageId = null)
        where T : class
    {
        // Awaited here, since MassTransit leaves its log context behind in whatever called it.
        await Bus.Publish(message, context => context.MessageId = messageId ?? context.MessageId, Ct);
    }

    public async Task<T> QueryAsync<T>(Func<ShopDbContext, Task<T>> query)
    {
        await using var scope = Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<ShopDbContext>());
    }

    public Task<TSaga?> FindAsync<TSaga>(Guid id)
        where TSaga : class, ISaga
    {
        return QueryAsync(shop => shop.Set<TSaga>().FirstOrDefaultAsync(saga => saga.CorrelationId == id, Ct));
    }

    public Task UntilAsync<TSaga>(Guid id, Func<TSaga, bool> condition, string what)
        where TSaga : class, ISaga
    {
        return Eventually.HoldsAsync(
            async () => await FindAsync<TSaga>(id) is { } saga && condition(saga), $"{typeof(TSaga).Name}: {what}");
    }

    public Task UntilGoneAsync<TSaga>(Guid id)
        where TSaga : class, ISaga
    {
        return Eventually.HoldsAsync(
            async () => await FindAsync<TSaga>(id) is null, $"the {typeof(TSaga).Name} to be gone");
    }

    public Task UntilOutboxIsEmptyAsync()
    {
        return Eventually.HoldsAsync(
            () => QueryAsync(async shop => !await shop.Set<OutboxMessage>().AnyAsync(Ct)), "the outbox to be empty");
    }

    public Task<List<string>> AuditAsync()
    {
        return QueryAsync(shop => shop.Audit.OrderBy(row => row.Id).Select(row => row.Text).ToListAsync(Ct));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }
}
