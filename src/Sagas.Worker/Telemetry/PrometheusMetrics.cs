using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Worker.Telemetry;

/// <summary>
/// What Prometheus is told when it asks. The SDK counts and sums; the text is written here, since the package with its
/// exporter for Prometheus has never been released as stable.
/// </summary>
internal sealed class PrometheusMetrics : IDisposable
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly PrometheusExporter _exporter = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;
    private readonly StoreGauges _store;

    public PrometheusMetrics(IMeterFactory meters, StoreGauges store)
    {
        _store = store;
        _reader = new BaseExportingMetricReader(_exporter)
        {
            TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
        };
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(meters))
            .ConfigureResource(ExportExtensions.Describe)
            .AddInstruments()
            .AddReader(_reader)
            .Build();
    }

    /// <summary>All metrics, in <see cref="PrometheusText"/>. Askers wait for each other.</summary>
    public async Task<string> ReadAsync(CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            await _store.FreshenAsync(stop);
            _reader.Collect((int)GiveUpAfter.TotalMilliseconds);
            return _exporter.Text;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        _turn.Dispose();
    }
}
