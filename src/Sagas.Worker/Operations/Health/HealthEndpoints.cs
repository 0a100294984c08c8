using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sagas.Worker.Operations.Health;

/// <summary>
/// Says over HTTP how the worker is, to everybody who can reach it: names and states, and nothing that an error message
/// might give away.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>The tag of the checks whose failure a new process mends.</summary>
    public const string Live = "live";

    /// <summary>Adds <c>/health/live</c> and <c>/health/ready</c>.</summary>
    public static void MapSagaHealth(this WebApplication app)
    {
        Map(app, "/health/live", check => check.Tags.Contains(Live), degraded: StatusCodes.Status200OK);
        Map(app, "/health/ready", _ => true, degraded: StatusCodes.Status503ServiceUnavailable);
    }

    private static void Map(
        WebApplication app, string path, Func<HealthCheckRegistration, bool> checks, int degraded) =>
        app.MapHealthChecks(path, new HealthCheckOptions
        {
            Predicate = checks,
            ResultStatusCodes = { [HealthStatus.Degraded] = degraded },
            ResponseWriter = WriteAsync,
        }).AllowAnonymous().DisableHttpMetrics();

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        Status = report.Status.ToString(),
        Checks = report.Entries.OrderBy(x => x.Key, StringComparer.Ordinal)
            .Select(x => new { Name = x.Key, Status = x.Value.Status.ToString() }),
    });
}
