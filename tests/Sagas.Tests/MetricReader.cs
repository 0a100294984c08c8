using System.Diagnostics.Metrics;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Tests;

/// <summary>Gathers what the instruments of the meter <c>Sagas</c> of one host measure.</summary>
internal sealed class MetricReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<Sample> _samples = [];

    public MetricReader(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SagaMetrics.MeterName && instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>
    /// The sum of an instrument's measurements with all these attributes; of an observable one, what it says now.
    /// </summary>
    public double Read(string name, params (string Key, string Value)[] attributes)
    {
        lock (_lock)
        {
            _samples.RemoveAll(sample => sample.IsObserved);
        }

        _listener.RecordObservableInstruments();
        lock (_lock)
        {
            return _samples
                .Where(sample => sample.Name == name && attributes.All(sample.Attributes.Contains))
                .Sum(sample => sample.Value);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var attributes = new HashSet<(string, string)>();
        foreach (var (key, tag) in tags)
        {
            attributes.Add((key, $"{tag}"));
        }

        lock (_lock)
        {
            _samples.Add(new Sample(instrument.Name, instrument.IsObservable, value, attributes));
        }
    }

    private sealed record Sample(string Name, bool IsObserved, double Value, HashSet<(string, string)> Attributes);
}
