using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Sagas.Persistence.Configuration;

namespace Sagas.Worker.Telemetry;

/// <summary>
/// Has the SDK listen from the host's first moment on: OpenTelemetry's own hosted service starts it only after the
/// migrations. The host's disposal sends what is left.
/// </summary>
internal sealed class ExportStart(TracerProvider traces, MeterProvider metrics) : HostedLifecycle
{
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        // Asked for here, they exist.
        _ = (traces, metrics);
        return Task.CompletedTask;
    }
}
