using System.Diagnostics.Metrics;
using Sagas.Orchestration.Resilience;

namespace Sagas.Orchestration.Telemetry;

/// <summary>The instruments of external calls.</summary>
internal sealed class ResilienceMetrics
{
    private const string Destination = "saga.destination";

    private readonly Meter _meter;
    private readonly Counter<long> _calls;
    private readonly Counter<long> _circuitChanges;
    private readonly Counter<long> _rejections;
    private readonly Counter<long> _forAnother;
    private readonly Counter<long> _ignored;

    public ResilienceMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(SagaMetrics.MeterName);
        _calls = _meter.CreateCounter<long>(
            "sagas.circuit_breaker.calls",
            "{call}",
            "External calls by what the circuit breaker made of them: succeeded, failed, rejected, "
                + "or none if broken off.");
        _circuitChanges = _meter.CreateCounter<long>(
            "sagas.circuit_breaker.changes",
            "{change}",
            "Changes of a circuit breaker's state, by the state that it came into.");
        _rejections = _meter.CreateCounter<long>(
            "sagas.bulkhead.rejections", "{call}", "External calls for which there was no room, by what was lacking.");
        _forAnother = _meter.CreateCounter<long>(
            "sagas.http.handed_over",
            "{command}",
            "Commands of HTTP steps that this worker cannot carry out and left to another, by what it lacks.");
        _ignored = _meter.CreateCounter<long>(
            "sagas.http.ignored",
            "{command}",
            "Commands of HTTP steps that were ignored, since the database knows of no such attempt in flight.");
    }

    public void CommandIgnored(string code) => _ignored.Add(1, new KeyValuePair<string, object?>("error.type", code));

    public void HandedOver(string code) => _forAnother.Add(1, new KeyValuePair<string, object?>("error.type", code));

    public void CircuitPassed(string destination, CallVerdict verdict) => CountCall(destination, verdict switch
    {
        CallVerdict.Success => "succeeded",
        CallVerdict.Failure => "failed",
        _ => "none",
    });

    public void CircuitRejected(string destination) => CountCall(destination, "rejected");

    public void CircuitChanged(string destination, CircuitState state) => _circuitChanges.Add(
        1, new KeyValuePair<string, object?>(Destination, destination), new("saga.circuit.state", Name(state)));

    public void BulkheadRejected(string destination, string code) => _rejections.Add(
        1, new KeyValuePair<string, object?>(Destination, destination), new("error.type", code));

    public void ObserveCircuits(Func<IReadOnlyList<CircuitBreakerSnapshot>> list) => _meter.CreateObservableGauge(
        "sagas.circuit_breaker.state",
        () => list().Select(
            x => new Measurement<int>((int)x.State, new KeyValuePair<string, object?>(Destination, x.Destination))),
        null,
        "The circuit breaker's state: 0 closed, 1 half-open, 2 open.");

    public void ObserveBulkheads(
        Func<IEnumerable<Bulkhead>> bulkheads, Func<long> connections, Func<long> payloadBytes, int concurrentCalls)
    {
        _meter.CreateObservableUpDownCounter(
            "sagas.bulkhead.calls",
            () => bulkheads().SelectMany(x => Calls(x, concurrentCalls)),
            "{call}",
            "External calls under way, and in line for their turn.");
        _meter.CreateObservableUpDownCounter(
            "sagas.bulkhead.connections", connections, "{connection}", "Connections in use by external calls.");
        _meter.CreateObservableUpDownCounter(
            "sagas.bulkhead.payload", payloadBytes, "By", "Payload of external calls in flight.");
    }

    private static IEnumerable<Measurement<long>> Calls(Bulkhead bulkhead, int concurrentCalls)
    {
        var statistics = bulkhead.Calls.GetStatistics()!;
        var destination = new KeyValuePair<string, object?>(Destination, bulkhead.Destination);
        yield return new(
            concurrentCalls - statistics.CurrentAvailablePermits, destination, new("saga.call.state", "active"));
        yield return new(statistics.CurrentQueuedCount, destination, new("saga.call.state", "waiting"));
    }

    private static string Name(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.HalfOpen => "half_open",
        _ => "open",
    };

    private void CountCall(string destination, string outcome) => _calls.Add(
        1, new KeyValuePair<string, object?>(Destination, destination), new("saga.outcome", outcome));
}
