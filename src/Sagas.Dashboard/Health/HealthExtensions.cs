using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Configuration;

namespace Sagas.Dashboard.Health;

/// <summary>
/// Adds the health checks: database, migrations, dispatcher, timers and undecided sagas, and with RabbitMQ publishing and
/// participants. The bus adds its own two, broker and consumers.
/// </summary>
public static class HealthExtensions
{
    /// <summary>Adds the checks, and the file that tells another process of their outcome.</summary>
    public static IHostApplicationBuilder AddSagaHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSectionOptions<HealthOptions>(HealthOptions.Section);
        builder.Services.AddSingleton<DatabaseHealthCheck>();
        builder.Services.AddSingleton<UndecidedHealthCheck>();
        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseHealthCheck>("database", timeout: TimeSpan.FromSeconds(5))
            .AddCheck<MigrationHealthCheck>("migrations")
            .AddCheck<LoopHealthCheck>("dispatcher", tags: [HealthEndpoints.Live])
            .AddCheck<LoopHealthCheck>("timers", tags: [HealthEndpoints.Live])
            .AddCheck<UndecidedHealthCheck>(
                UndecidedHealthCheck.Name, tags: [HealthEndpoints.Notice], timeout: TimeSpan.FromSeconds(5));
        if (!string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString("RabbitMq")))
        {
            builder.Services.AddSingleton<PublishHealthCheck>();
            builder.Services.AddSingleton<ParticipantHealthCheck>();
            builder.Services.AddHealthChecks()
                .AddCheck<PublishHealthCheck>(PublishHealthCheck.Name, timeout: TimeSpan.FromSeconds(5))
                .AddCheck<ParticipantHealthCheck>(
                    ParticipantHealthCheck.Name, tags: [HealthEndpoints.Notice], timeout: TimeSpan.FromSeconds(5));
        }

        builder.Services.AddSingleton<IHealthCheckPublisher, HealthFilePublisher>();
        builder.Services.AddOptions<HealthCheckPublisherOptions>()
            .Configure<IOptions<HealthOptions>>((publisher, health) =>
            {
                publisher.Delay = TimeSpan.FromSeconds(1);
                publisher.Period = health.Value.Interval;
                publisher.Predicate = check => !check.Tags.Contains(HealthEndpoints.Notice);
            });
        return builder;
    }
}
