using System.Collections.Concurrent;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Tests.Persistence.Contract;
using Sagas.Tests.Persistence.Sqlite;
using Sagas.Worker.Orchestration;
using Sagas.Worker.Transport;

namespace Sagas.Tests.Orchestration;

/// <summary>How many due sagas wait in the worker's queue.</summary>
public sealed class DueScannerTests
{
    private const int BatchSize = 10;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_MoreAreDueThanMayWait_TheOthersFollowWhenThoseAreLookedAt()
    {
        await using var database = new SqliteTestDatabase();
        var told = new ConcurrentQueue<Guid>();
        await using var host = await StoreHost.CreateAsync(database, services => AddScanner(
            services, TimeSpan.FromMinutes(5), telling => told.Enqueue(telling.Message.SagaId)));
        await host.AddAsync(
            [.. Enumerable.Range(1, 4 * BatchSize).Select(i => TestSaga.Create(host.Now.AddSeconds(-i)))]);
        var bus = host.Services.GetRequiredService<IBusControl>();
        await bus.StartAsync(Ct);
        using var scanner = ActivatorUtilities.CreateInstance<DueScanner>(host.Services);
        await scanner.StartAsync(Ct);

        for (var batch = 1; batch <= 4; batch++)
        {
            var expected = batch * BatchSize;
            await Eventually.HoldsAsync($"batch {batch}", () => Task.FromResult(told.Count >= expected), Ct);
            await TurnAsync(scanner, times: 3);
            told.Distinct().Count().ShouldBe(expected);

            // As a delivery does.
            await host.QueryAsync(context => context.Sagas
                .Where(saga => told.Contains(saga.CorrelationId))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(saga => saga.DueAt, (DateTime?)null)
                        .SetProperty(saga => saga.DueClaimedUntil, (DateTime?)null),
                    Ct));
        }

        await scanner.StopAsync(Ct);
        await bus.StopAsync(Ct);
        told.Count.ShouldBe(4 * BatchSize);
    }

    [Fact]
    public async Task Scan_TurnDoesNotComeWithinTheLease_ClaimsForLongerUntilItDoes()
    {
        var lease = TimeSpan.FromMilliseconds(50);
        await using var database = new SqliteTestDatabase();
        var told = new ConcurrentQueue<ConsumeContext<SagaDue>>();
        await using var host = await StoreHost.CreateAsync(
            database, services => AddScanner(services, lease, told.Enqueue));
        await host.AddAsync(TestSaga.Create(host.Now.AddSeconds(-1)));
        var bus = host.Services.GetRequiredService<IBusControl>();
        await bus.StartAsync(Ct);
        using var scanner = ActivatorUtilities.CreateInstance<DueScanner>(host.Services);
        await scanner.StartAsync(Ct);

        // A claim that lapses between the look for it and the next one is made for as long as the last one once more.
        await Eventually.HoldsAsync(
            "it to be claimed for eight times as long", () => Task.FromResult(told.Any(x => Lease(x) >= 8 * lease)), Ct);

        await scanner.StopAsync(Ct);
        await bus.StopAsync(Ct);
        told.Select(Lease).Min().ShouldBeLessThan(8 * lease);
    }

    private static TimeSpan Lease(ConsumeContext telling) => telling.ExpirationTime!.Value - telling.SentTime!.Value;

    private static void AddScanner(
        IServiceCollection services, TimeSpan lease, Action<ConsumeContext<SagaDue>> onTold)
    {
        services.Configure<TimerOptions>(options =>
        {
            options.BatchSize = BatchSize;
            options.PollInterval = TimeSpan.FromMilliseconds(20);
            options.ClaimLease = lease;
        });
        services.AddMassTransit(bus => bus.UsingInMemory((_, factory) =>
            factory.ReceiveEndpoint(SagaAddresses.Queue, endpoint => endpoint.Handler<SagaDue>(context =>
            {
                onTold(context);
                return Task.CompletedTask;
            }))));
    }

    /// <summary>Waits until the scanner has looked so many times more.</summary>
    private static async Task TurnAsync(DueScanner scanner, int times)
    {
        for (var turn = 0; turn < times; turn++)
        {
            var before = scanner.Pulse.Silence;
            await Eventually.HoldsAsync(
                "the scanner to turn",
                () =>
                {
                    var silence = scanner.Pulse.Silence;
                    var hasTurned = silence < before;
                    before = silence;
                    return Task.FromResult(hasTurned);
                },
                Ct);
        }
    }
}
