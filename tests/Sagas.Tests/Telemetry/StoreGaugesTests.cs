using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;
using Sagas.Tests.Persistence.Sqlite;

namespace Sagas.Tests.Telemetry;

public sealed class StoreGaugesTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private ITestDatabase _database = null!;
    private StoreHost _host = null!;
    private StoreGauges _gauges = null!;
    private MetricReader _reader = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await SqliteTestDatabase.CreateAsync();
        _host = await StoreHost.CreateAsync(_database, services =>
        {
            services.AddMetrics();
            services.UseSagaClock(_clock);
        });
        _gauges = new StoreGauges(
            _host.Services.GetRequiredService<IMeterFactory>(),
            _host.Services.GetRequiredService<StoreStatistics>(),
            Options.Create(new TelemetryOptions()),
            _host.Services.GetRequiredService<DatabaseWatch<SagaStoreDbContext>>(),
            _clock,
            NullLogger<StoreGauges>.Instance);
        _reader = new MetricReader(_host.Services.GetRequiredService<IMeterFactory>());
    }

    [Fact]
    public async Task Read_SomeSagas_ShowsEveryOpenStateAndTheLag()
    {
        var suspended = TestSaga.Create(null);
        suspended.State = "Suspended";
        await _host.AddAsync(
            TestSaga.Create(_clock.GetUtcNow().UtcDateTime.AddSeconds(-12)), TestSaga.Create(null), suspended);

        await _gauges.ReadAsync(Ct);

        Read("open", ("saga.state", "Running")).ShouldBe(2);
        Read("open", ("saga.state", "Suspended")).ShouldBe(1);
        Read("open", ("saga.state", "Compensating")).ShouldBe(0);
        Read("due.lag").ShouldBe(12);
        (Read("outbox.messages"), Read("outbox.age"), Read("outbox.parked")).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Read_LongAgo_IsNotShownAnyMore()
    {
        await _host.AddAsync(TestSaga.Create(_clock.GetUtcNow().UtcDateTime));
        await _gauges.ReadAsync(Ct);

        _clock.Advance(44);
        Read("open").ShouldBe(1);
        _clock.Advance(1);

        Read("open").ShouldBe(0);
    }

    [Fact]
    public async Task Run_SomebodyListens_ReadsOnceAnInterval()
    {
        await _gauges.StartAsync(Ct);
        await Eventually.HoldsAsync("the first reading", () => Task.FromResult(_clock.Timers == 1), Ct);
        await _host.AddAsync(TestSaga.Create(null));
        Read("open").ShouldBe(0);

        _clock.Advance(15);

        await Eventually.HoldsAsync("the next reading", () => Task.FromResult(Read("open") == 1), Ct);
        await _gauges.StopAsync(Ct);
    }

    [Fact]
    public async Task Stop_InTheMiddleOfAReading_EndsInSilence()
    {
        var clock = new ActingClock();
        using var gauges = new StoreGauges(
            _host.Services.GetRequiredService<IMeterFactory>(),
            _host.Services.GetRequiredService<StoreStatistics>(),
            Options.Create(new TelemetryOptions()),
            _host.Services.GetRequiredService<DatabaseWatch<SagaStoreDbContext>>(),
            clock,
            NullLogger<StoreGauges>.Instance);
        Read("open");
        clock.OnTime = () => gauges.StopAsync(CancellationToken.None);

        await gauges.StartAsync(Ct);

        await gauges.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _gauges.Dispose();
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    private double Read(string name, params (string Key, string Value)[] attributes) =>
        _reader.Read($"sagas.{name}", attributes);

    private sealed class ActingClock : TimeProvider
    {
        public Action OnTime { get; set; } = () => { };

        public override long GetTimestamp()
        {
            OnTime();
            return base.GetTimestamp();
        }
    }
}
