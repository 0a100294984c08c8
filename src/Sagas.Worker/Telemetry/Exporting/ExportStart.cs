using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Sagas.Persistence;

namespace Sagas.Worker.Telemetry;

/// <summary>
/// Has the SDK listen from the host's first moment on. It is the host's disposal that sends what is left, when all else
/// is over.
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
