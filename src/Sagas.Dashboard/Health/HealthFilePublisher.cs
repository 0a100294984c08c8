using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Dashboard.Health;

/// <summary>Writes each health report to the file that the <c>health</c> command reads.</summary>
internal sealed class HealthFilePublisher(
    IOptions<HealthOptions> options, IHostApplicationLifetime lifetime, ILogger<HealthFilePublisher> logger)
    : IHealthCheckPublisher
{
    private HealthStatus _last = HealthStatus.Healthy;

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        // Of a worker that stops nobody wonders.
        if (report.Status != _last && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            logger.HealthChanged(report.Status, string.Join("; ", report.Entries
                .Where(x => x.Value.Status != HealthStatus.Healthy)
                .Select(x => $"{x.Key}: {x.Value.Description}")));
            _last = report.Status;
        }

        var lines = report.Entries.Select(x => $"{x.Key}: {x.Value.Status} {x.Value.Description}".TrimEnd());

        // By the clock of this machine, which the reader's is as well.
        return HealthFile.WriteAsync(
            options.Value.File,
            report.Status,
            TimeProvider.System.GetUtcNow() + options.Value.Expiry,
            lines,
            cancellationToken);
    }
}
