using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sagas.Dashboard.Health;

/// <summary>
/// Says over HTTP how the worker is, to everybody who can reach it: names and states, and nothing that an error message
/// might give away.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>The tag of the checks whose failure a new process mends.</summary>
    public const string Live = "live";

    /// <summary>
    /// The tag of the checks that say nothing of this worker: they make it neither unready nor unhealthy.
    /// </summary>
    public const string Notice = "notice";

    /// <summary>
    /// Adds <c>/health/live</c>, <c>/health/ready</c>, and <c>/health</c>, which has every check.
    /// </summary>
    public static void MapSagaHealth(this WebApplication app)
    {
        Map(app, "/health/live", check => check.Tags.Contains(Live), degraded: StatusCodes.Status200OK);
        Map(
            app,
            "/health/ready",
            check => !check.Tags.Contains(Notice),
            degraded: StatusCodes.Status503ServiceUnavailable);
        Map(app, "/health", _ => true, degraded: StatusCodes.Status200OK);
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
            .Select(x => new HealthView(x.Key, x.Value.Status.ToString())
            {
                Count = x.Value.Data.TryGetValue(UndecidedHealthCheck.Count, out var count) ? (long)count : null,
            }),
    });

    private sealed record HealthView(string Name, string Status)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? Count { get; init; }
    }
}
