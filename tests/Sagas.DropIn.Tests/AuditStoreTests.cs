using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Persistence;

namespace Sagas.DropIn.Tests;

/// <summary>An audit table of what a bus sends and consumes.</summary>
public sealed class AuditStoreTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sagas-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_Consumed_IsAuditedOnBothSides()
    {
        var id = Guid.NewGuid();
        using var host = await StartAsync(bus => bus.UseEntityFrameworkCoreAuditStore(Database(), "Audit"));

        await host.Services.GetRequiredService<IBus>().Publish(
            new Ordered("apple"),
            context =>
            {
                context.CorrelationId = id;
                context.Headers.Set("Shop", "north");
            },
            Ct);

        var rows = await UntilAsync("Audit", rows => rows.Count == 2);
        rows.Select(row => row.ContextType).ShouldBe(["Publish", "Consume"], ignoreOrder: true);
        foreach (var row in rows)
        {
            row.CorrelationId.ShouldBe(id);
            row.MessageType.ShouldBe(TypeCache<Ordered>.ShortName);
            row.Message!.ToString()!.ShouldContain("\"sku\": \"apple\"");
            row.Headers!["Shop"].ShouldBe("north");
            row.SentTime!.Value.Kind.ShouldBe(DateTimeKind.Utc);
            row.SentTime.Value.ShouldBe(DateTime.UtcNow, TimeSpan.FromMinutes(1));
        }

        rows.Single(row => row.ContextType == "Consume").InputAddress.ShouldEndWith("/orders");
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Publish_TypeIsExcluded_IsNotAudited()
    {
        using var host = await StartAsync(bus => bus.UseEntityFrameworkCoreAuditStore(
            Database(), "Audit", filter => filter.Exclude(typeof(Ordered))));

        await host.Services.GetRequiredService<IBus>().Publish(new Ordered("apple"), Ct);
        await host.Services.GetRequiredService<IBus>().Publish(new Cancelled("apple"), Ct);

        var rows = await UntilAsync("Audit", rows => rows.Count == 2);
        rows.ShouldAllBe(row => row.MessageType == TypeCache<Cancelled>.ShortName);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Publish_TwoTables_EachHasItsOwn()
    {
        using var host = await StartAsync(bus =>
        {
            bus.UseEntityFrameworkCoreAuditStore(
                Database(), "OrderAudit", null, filter => filter.Include(typeof(Ordered)));
            bus.UseEntityFrameworkCoreAuditStore(
                Database(), "CancelAudit", null, filter => filter.Include(typeof(Cancelled)));
        });

        await host.Services.GetRequiredService<IBus>().Publish(new Ordered("apple"), Ct);
        await host.Services.GetRequiredService<IBus>().Publish(new Cancelled("pear"), Ct);

        (await UntilAsync("OrderAudit", rows => rows.Count == 2))
            .ShouldAllBe(row => row.MessageType == TypeCache<Ordered>.ShortName);
        (await UntilAsync("CancelAudit", rows => rows.Count == 2))
            .ShouldAllBe(row => row.MessageType == TypeCache<Cancelled>.ShortName);
        await host.StopAsync(Ct);
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<IHost> StartAsync(Action<IInMemoryBusFactoryConfigurator> configure)
    {
        foreach (var table in new[] { "Audit", "OrderAudit", "CancelAudit" })
        {
            await using var context = Context(table);
            await context.Database.ExecuteSqlRawAsync(context.Database.GenerateCreateScript(), Ct);
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus => bus.UsingInMemory((_, memory) =>
        {
            configure(memory);
            memory.ReceiveEndpoint("orders", endpoint =>
            {
                endpoint.Handler<Ordered>(_ => Task.CompletedTask);
                endpoint.Handler<Cancelled>(_ => Task.CompletedTask);
            });
        }));
        var host = builder.Build();
        await host.StartAsync(Ct);
        return host;
    }

    private async Task<List<AuditRecord>> UntilAsync(string table, Func<List<AuditRecord>, bool> condition)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            await using var context = Context(table);
            var rows = await context.Set<AuditRecord>().AsNoTracking().ToListAsync(timeout.Token);
            if (condition(rows))
            {
                return rows;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), timeout.Token);
        }
    }

    private AuditDbContext Context(string table) => new(Database().Options, table);

    // Sends, deliveries and the test itself use the file at the same time: plain SQLite refuses a commit while others read.
    private DbContextOptionsBuilder Database() => new DbContextOptionsBuilder()
        .UseSagaDatabase(SagaDatabase.Detect($"Data Source={Path.Combine(_folder.FullName, "audit.db")}"));

    public sealed record Ordered(string Sku);

    public sealed record Cancelled(string Sku);
}
