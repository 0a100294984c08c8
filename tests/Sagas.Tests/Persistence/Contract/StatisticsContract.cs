using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What the gauges show, whatever the database.</summary>
public abstract class StatisticsContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Fact]
    public async Task Read_EmptyTables_GivesZeros()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);

        var figures = await ReadAsync(host);

        figures.OpenSagas.ShouldBeEmpty();
        (figures.DueLag, figures.OutboxMessages, figures.OutboxAge, figures.ParkedMessages)
            .ShouldBe((TimeSpan.Zero, 0, TimeSpan.Zero, 0));
    }

    [Fact]
    public async Task Read_SagasAndMessages_CountsAndDatesThem()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var now = host.Now;
        var suspended = TestSaga.Create(null);
        suspended.State = "Suspended";
        await host.AddAsync(
            TestSaga.Create(now.AddMinutes(-10)),
            TestSaga.Create(now.AddMinutes(-5)),
            TestSaga.Create(now.AddHours(1)),
            TestSaga.Create(null, endedAt: now),
            suspended,
            Message(now.AddMinutes(-20), attempts: 7, nextTryAt: now.AddMinutes(1)),
            Message(now.AddMinutes(-2), attempts: 0, nextTryAt: now.AddMinutes(-1)),
            Message(now.AddMinutes(-90), attempts: 20, nextTryAt: now, parkedAt: now));

        var figures = await ReadAsync(host);

        figures.OpenSagas.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => (x.Key, x.Value))
            .ShouldBe([("Running", 3), ("Suspended", 1)]);
        (figures.OutboxMessages, figures.ParkedMessages).ShouldBe((2, 1));
        figures.DueLag.ShouldBeInRange(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15));
        figures.OutboxAge.ShouldBeInRange(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(25));
    }

    /// <summary>
    /// A question that is to be asked in half an hour, and one that should have been asked three minutes ago.
    /// </summary>
    [Fact]
    public async Task Read_MessagesThatGoLater_AreNotLate()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var now = host.Now;
        await host.AddAsync(
            Message(now.AddMinutes(-30), attempts: 0, nextTryAt: now.AddMinutes(30)),
            Message(now.AddMinutes(-60), attempts: 0, nextTryAt: now.AddMinutes(-3)));

        var figures = await ReadAsync(host);

        figures.OutboxMessages.ShouldBe(2);
        figures.OutboxAge.ShouldBeInRange(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(8));
    }

    private static Task<StoreFigures> ReadAsync(StoreHost host) =>
        host.Services.GetRequiredService<StoreStatistics>().ReadAsync(Ct);

    private static OutboxMessage Message(
        DateTime enqueuedAt, int attempts, DateTime nextTryAt, DateTime? parkedAt = null) => new()
        {
            Attempts = attempts,
            MessageId = Guid.NewGuid(),
            DestinationAddress = "exchange:stock",
            ContentType = "application/json",
            MessageType = "urn:message:Sagas.Contracts:ExecuteStep",
            Body = "{}",
            SentTime = enqueuedAt,
            EnqueuedAt = enqueuedAt,
            NextTryAt = nextTryAt,
            ParkedAt = parkedAt,
        };
}
