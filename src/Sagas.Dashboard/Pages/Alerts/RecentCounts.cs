using System.Diagnostics.Metrics;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Dashboard.Pages.Alerts;

/// <summary>Counts what this worker did within the last minutes, by its own metrics.</summary>
internal sealed class RecentCounts : IDisposable
{
    /// <summary>How far back it counts at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    // A part is as long as what may be counted too much: it is counted as a whole, or not.
    private static readonly TimeSpan Part = TimeSpan.FromSeconds(15);
    private static readonly int Parts = (int)(Longest / Part) + 1;

    // What they are counted by. Attributes that are not named here are added up.
    private static readonly Dictionary<string, string[]> Counted = new()
    {
        ["sagas.started"] = ["saga.name"],
        ["sagas.ended"] = ["saga.state"],
        ["sagas.compensations"] = ["saga.name"],
        ["sagas.suspensions"] = ["saga.name"],
        ["sagas.step.attempts"] = ["saga.name", "saga.step"],
        ["sagas.step.timeouts"] = ["saga.name", "saga.step"],
        ["sagas.step.retries"] = ["saga.name", "saga.step"],
        ["sagas.bulkhead.rejections"] = ["saga.destination"],
    };

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Instrument, string Subject, string Detail), Ring> _rings = [];
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _clock;
    private readonly long _start;

    public RecentCounts(IMeterFactory factory, [SagaClock] TimeProvider clock)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SagaMetrics.MeterName
                && ReferenceEquals(instrument.Meter.Scope, factory)
                && Counted.TryGetValue(instrument.Name, out var keys))
            {
                listener.EnableMeasurementEvents(instrument, keys);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Count);
        _listener.Start();
    }

    /// <summary>How long it has counted, at most <paramref name="window"/>.</summary>
    public TimeSpan Covered(TimeSpan window) => _clock.GetElapsedTime(_start) is var all && all < window ? all : window;

    /// <summary>How often something happened, by subject.</summary>
    /// <param name="instrument">What.</param>
    /// <param name="window">How far back, at most <see cref="Longest"/>.</param>
    public IReadOnlyDictionary<string, long> Read(string instrument, TimeSpan window)
    {
        var now = Now();
        lock (_lock)
        {
            return _rings.Where(x => x.Key.Instrument == instrument)
                .Select(
                    x => (Subject: Name(x.Key.Subject, x.Key.Detail), Count: x.Value.Sum(now, (int)(window / Part))))
                .Where(x => x.Count > 0)
                .ToDictionary(x => x.Subject, x => x.Count);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static string Name(string subject, string detail) => detail.Length == 0 ? subject : $"{subject}/{detail}";

    private void Count(
        Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var keys = (string[])state!;
        var key = (instrument.Name, Find(tags, keys[0]), keys.Length > 1 ? Find(tags, keys[1]) : "");
        var now = Now();
        lock (_lock)
        {
            if (!_rings.TryGetValue(key, out var ring))
            {
                _rings.Add(key, ring = new Ring());
            }

            ring.Add(now, value);
        }
    }

    private static string Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
    {
        foreach (var (name, value) in tags)
        {
            if (name == key)
            {
                return value as string ?? "";
            }
        }

        return "";
    }

    private long Now() => (long)(_clock.GetElapsedTime(_start) / Part);

    private sealed class Ring
    {
        private readonly long[] _counts = new long[Parts];
        private long _newest;

        public void Add(long part, long value)
        {
            Advance(part);
            _counts[part % Parts] += value;
        }

        public long Sum(long part, int parts)
        {
            Advance(part);
            var sum = 0L;
            for (var i = Math.Max(0, part - parts); i <= part; i++)
            {
                sum += _counts[i % Parts];
            }

            return sum;
        }

        private void Advance(long part)
        {
            for (var i = Math.Max(_newest + 1, part - Parts + 1); i <= part; i++)
            {
                _counts[i % Parts] = 0;
            }

            _newest = Math.Max(_newest, part);
        }
    }
}
