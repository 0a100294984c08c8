using System.Diagnostics.Metrics;

namespace Sagas.Orchestration.Telemetry;

/// <summary>The instruments of the meter <c>Sagas</c> for what happens to sagas and to their requests.</summary>
internal sealed class SagaMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Sagas";

    private readonly Counter<long> _refused;
    private readonly Counter<long> _idempotencyHits;
    private readonly Counter<long> _started;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _compensations;
    private readonly Counter<long> _suspensions;
    private readonly Histogram<double> _duration;

    public SagaMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _refused = meter.CreateCounter<long>(
            "sagas.requests.refused",
            "{request}",
            "Messages that changed nothing because something was wrong with them.");
        _idempotencyHits = meter.CreateCounter<long>(
            "sagas.idempotency.hits",
            "{request}",
            "Start requests and operators' commands that repeated an earlier one, and got its answer.");
        _started = meter.CreateCounter<long>("sagas.started", "{saga}", "Sagas that were started.");
        _ended = meter.CreateCounter<long>("sagas.ended", "{saga}", "Sagas that reached a terminal state.");
        _compensations = meter.CreateCounter<long>("sagas.compensations", "{saga}", "Sagas that turned back.");
        _suspensions = meter.CreateCounter<long>("sagas.suspensions", "{saga}", "Sagas that came to need an operator.");
        _duration = meter.CreateHistogram(
            "sagas.duration", "s", "From a saga's start to its end.", advice: MetricBuckets.Seconds);
    }

    public void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", code));

    public void IdempotencyHit(string name) => _idempotencyHits.Add(1, Saga(name));

    public void Started(string name) => _started.Add(1, Saga(name));

    public void Compensating(string name) => _compensations.Add(1, Saga(name));

    public void Suspended(string name) => _suspensions.Add(1, Saga(name));

    public void Ended(string name, string state, TimeSpan duration)
    {
        var ended = new KeyValuePair<string, object?>("saga.state", state);
        _ended.Add(1, Saga(name), ended);
        _duration.Record(duration.TotalSeconds, Saga(name), ended);
    }

    private static KeyValuePair<string, object?> Saga(string name) => new("saga.name", name);
}
