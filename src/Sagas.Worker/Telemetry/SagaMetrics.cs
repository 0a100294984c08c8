using System.Diagnostics.Metrics;

namespace Sagas.Worker.Telemetry;

/// <summary>The instruments of the meter <c>Sagas</c>.</summary>
internal sealed class SagaMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Sagas";

    private readonly Counter<long> _refused;
    private readonly Counter<long> _started;
    private readonly Counter<long> _ended;

    public SagaMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _refused = meter.CreateCounter<long>(
            "sagas.requests.refused", "{request}", "Messages that changed nothing because something was wrong with them.");
        _started = meter.CreateCounter<long>("sagas.started", "{saga}", "Sagas that were started.");
        _ended = meter.CreateCounter<long>("sagas.ended", "{saga}", "Sagas that reached a terminal state.");
    }

    public void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", code));

    public void Started(string name) => _started.Add(1, new KeyValuePair<string, object?>("saga.name", name));

    public void Ended(string name, string state) => _ended.Add(
        1, new KeyValuePair<string, object?>("saga.name", name), new KeyValuePair<string, object?>("saga.state", state));
}
