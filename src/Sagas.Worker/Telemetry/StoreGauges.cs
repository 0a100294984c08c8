using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Persistence;

namespace Sagas.Worker.Telemetry;

/// <summary>
/// The gauges of what stands in the database. It is read at intervals, however often and by however many it is asked for, and
/// not at all while nobody listens. Figures that could not be read for three intervals are not shown any more.
/// </summary>
internal sealed class StoreGauges : BackgroundService
{
    // A state without sagas is a zero, not a gap: an alert on a gap never ends.
    private static readonly string[] OpenStates = ["Running", "Compensating", "Suspended"];

    private readonly StoreStatistics _statistics;
    private readonly TelemetryOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<StoreGauges> _logger;
    private readonly Instrument[] _instruments;
    private Reading? _reading;

    public StoreGauges(
        IMeterFactory factory,
        StoreStatistics statistics,
        IOptions<TelemetryOptions> options,
        TimeProvider clock,
        ILogger<StoreGauges> logger)
    {
        (_statistics, _options, _clock, _logger) = (statistics, options.Value, clock, logger);
        var meter = factory.Create(SagaMetrics.MeterName);
        _instruments =
        [
            meter.CreateObservableGauge(
                "sagas.open",
                () => Show(figures => OpenStates.Select(state => new Measurement<long>(
                    figures.OpenSagas.GetValueOrDefault(state), new KeyValuePair<string, object?>("saga.state", state)))),
                "{saga}",
                "Sagas that have not ended, by state."),
            meter.CreateObservableGauge(
                "sagas.due.lag",
                () => Show<double>(figures => [new(figures.DueLag.TotalSeconds)]),
                "s",
                "For how long the saga that is due longest has been due."),
            meter.CreateObservableGauge(
                "sagas.outbox.messages",
                () => Show<long>(figures => [new(figures.OutboxMessages)]),
                "{message}",
                "Messages in the outbox that are not parked."),
            meter.CreateObservableGauge(
                "sagas.outbox.age",
                () => Show<double>(figures => [new(figures.OutboxAge.TotalSeconds)]),
                "s",
                "For how long the oldest message that should have gone waits in the outbox."),
            meter.CreateObservableGauge(
                "sagas.outbox.parked",
                () => Show<long>(figures => [new(figures.ParkedMessages)]),
                "{message}",
                "Messages in the outbox that the broker would not take."),
        ];
    }

    /// <summary>Reads the figures.</summary>
    public async Task ReadAsync(CancellationToken stop) =>
        _reading = new Reading(await _statistics.ReadAsync(stop), _clock.GetTimestamp());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (_instruments.Any(x => x.Enabled))
                {
                    await ReadAsync(stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                _logger.StoreFiguresNotRead(exception, _options.StoreInterval);
            }

            await Task.Delay(_options.StoreInterval, _clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<Measurement<T>> Show<T>(Func<StoreFigures, IEnumerable<Measurement<T>>> show)
        where T : struct =>
        _reading is { } reading && _clock.GetElapsedTime(reading.At) < 3 * _options.StoreInterval
            ? show(reading.Figures)
            : [];

    private sealed record Reading(StoreFigures Figures, long At);
}
