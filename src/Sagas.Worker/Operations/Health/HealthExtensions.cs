using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sagas.Persistence;

namespace Sagas.Worker.Operations.Health;

/// <summary>Adds the health checks: the bus (MassTransit's own) and the database.</summary>
public static class HealthExtensions
{
    /// <summary>Adds the checks, and the file that tells another process of their outcome.</summary>
    public static IHostApplicationBuilder AddSagaHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSectionOptions<HealthOptions>(HealthOptions.Section);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", timeout: TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<IHealthCheckPublisher, HealthFilePublisher>();
        builder.Services.AddOptions<HealthCheckPublisherOptions>().Configure<IOptions<HealthOptions>>((publisher, health) =>
        {
            publisher.Delay = TimeSpan.FromSeconds(1);
            publisher.Period = health.Value.Interval;
        });
        return builder;
    }
}
