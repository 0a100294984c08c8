using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;

namespace Sagas.Worker.Telemetry;

/// <summary>Serves the metrics to Prometheus.</summary>
internal static class MetricsEndpoint
{
    private const string Path = "/metrics";

    /// <summary>
    /// Makes no span of requests that only look whether the worker is there. To be used before all else.
    /// </summary>
    public static void UseUntracedProbes(this WebApplication app) => app.Use((context, next) =>
    {
        if (Activity.Current is { } span
            && (context.Request.Path.StartsWithSegments(Path) || context.Request.Path.StartsWithSegments("/health")))
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        return next(context);
    });

    /// <summary>Adds <c>/metrics</c>, and counts from now on.</summary>
    public static void MapSagaMetrics(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.Enabled)
        {
            return;
        }

        var metrics = app.Services.GetRequiredService<PrometheusMetrics>();
        app.MapGet(Path, async (CancellationToken stop) =>
                TypedResults.Text(await metrics.ReadAsync(stop), PrometheusText.ContentType))
            .ExcludeFromDescription()
            .RequireAuthorization(ApiAccess.Metrics)
            .DisableHttpMetrics();
    }
}
