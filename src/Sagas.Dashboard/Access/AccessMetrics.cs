using System.Diagnostics.Metrics;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Dashboard.Access;

/// <summary>The instruments of who may use the API.</summary>
internal sealed class AccessMetrics
{
    private readonly Counter<long> _failures;

    public AccessMetrics(IMeterFactory factory) =>
        _failures = factory.Create(SagaMetrics.MeterName).CreateCounter<long>(
            "sagas.api.authentication.failures", "{request}", "Requests with a key or token that was not accepted.");

    public void Failed(string reason) => _failures.Add(1, new KeyValuePair<string, object?>("error.type", reason));
}
