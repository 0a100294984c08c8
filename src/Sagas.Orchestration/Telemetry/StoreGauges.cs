using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Telemetry;

/// <summary>
/// The gauges of what stands in the database. It is read at intervals, however often and by however many it is asked
/// for, and not at all while nobody asks. Figures that could not be read for three intervals are not shown any more.
/// </summary>
internal sealed class StoreGauges : BackgroundService
{
    // A state without sagas is a zero, not a gap: an alert on a gap never ends.
    private static readonly string[] OpenStates = ["Running", "Compensating", "Suspended"];

    // Longer than the longest interval between two exports that anybody would set.
    private static readonly TimeSpan Interest = TimeSpan.FromMinutes(10);

    private readonly StoreStatistics _statistics;
    private readonly TelemetryOptions _options;
    private readonly DatabaseWatch<SagaStoreDbContext> _watch;
    private readonly TimeProvider _clock;
    private readonly ILogger<StoreGauges> _logger;
    private Reading? _reading;
    private Asked? _asked;

    public StoreGauges(
        IMeterFactory factory,
        StoreStatistics statistics,
        IOptions<TelemetryOptions> options,
        DatabaseWatch<SagaStoreDbContext> watch,
        [SagaClock] TimeProvider clock,
        ILogger<StoreGauges> logger)
    {
        (_statistics, _options, _watch, _clock, _logger) = (statistics, options.Value, watch, clock, logger);
        var meter = factory.Create(SagaMetrics.MeterName);
        meter.CreateObservableGauge(
            "sagas.open",
            () => Show(figures => OpenStates.Select(state => new Measurement<long>(
                figures.OpenSagas.GetValueOrDefault(state), new KeyValuePair<string, object?>("saga.state", state)))),
            "{saga}",
            "Sagas that have not ended, by state.");
        meter.CreateObservableGauge(
            "sagas.due.lag",
            () => Show<double>(figures => [new(figures.DueLag.TotalSeconds)]),
            "s",
            "For how long the saga that is due longest has been due.");
        meter.CreateObservableGauge(
            "sagas.outbox.messages",
            () => Show<long>(figures => [new(figures.OutboxMessages)]),
            "{message}",
            "Messages in the outbox that are not parked.");
        meter.CreateObservableGauge(
            "sagas.outbox.age",
            () => Show<double>(figures => [new(figures.OutboxAge.TotalSeconds)]),
            "s",
            "For how long the oldest message that should have gone waits in the outbox.");
        meter.CreateObservableGauge(
            "sagas.outbox.parked",
            () => Show<long>(figures => [new(figures.ParkedMessages)]),
            "{message}",
            "Messages in the outbox that the broker would not take.");
        meter.CreateObservableGauge(
            "sagas.undecided",
            () => Show<long>(figures => [new(figures.UndecidedSagas)]),
            "{saga}",
            "Sagas that no worker has been able to decide about.");
    }

    /// <summary>Reads the figures.</summary>
    public async Task ReadAsync(CancellationToken stop) =>
        _reading = new Reading(await _statistics.ReadAsync(stop), _clock.GetTimestamp());

    /// <summary>
    /// Reads the figures, if the last ones are older than an interval. What fails is logged, and not shown.
    /// </summary>
    public async Task FreshenAsync(CancellationToken stop)
    {
        if (_reading is not { } reading || _clock.GetElapsedTime(reading.At) >= _options.StoreInterval)
        {
            await TryReadAsync(stop);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (_asked is { } asked && _clock.GetElapsedTime(asked.At) < Interest)
                {
                    await TryReadAsync(stoppingToken);
                }
            }
            catch (Exception exception) when (HostEnd.Explains(exception, stoppingToken))
            {
                return;
            }

            await Task.Delay(_options.StoreInterval, _clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryReadAsync(CancellationToken stop)
    {
        try
        {
            await ReadAsync(stop);
        }
        catch (Exception exception) when (!HostEnd.Explains(exception, stop))
        {
            if (!_watch.Failed(exception))
            {
                _logger.StoreFiguresNotRead(exception, _options.StoreInterval);
            }
        }
    }

    private IEnumerable<Measurement<T>> Show<T>(Func<StoreFigures, IEnumerable<Measurement<T>>> show)
        where T : struct
    {
        _asked = new Asked(_clock.GetTimestamp());
        return _reading is { } reading && _clock.GetElapsedTime(reading.At) < 3 * _options.StoreInterval
            ? show(reading.Figures)
            : [];
    }

    private sealed record Reading(StoreFigures Figures, long At);

    private sealed record Asked(long At);
}
