using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;

namespace Sagas.Orchestration.Resilience;

/// <summary>Adds what stands between the worker and the destinations that it calls.</summary>
public static class ResilienceExtensions
{
    /// <summary>Adds the timeouts, bulkheads and circuit breakers of external calls.</summary>
    public static IHostApplicationBuilder AddSagaResilience(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSectionOptions<ExternalCallOptions>(ExternalCallOptions.Section);
        services.AddSectionOptions<CircuitBreakerOptions>(CircuitBreakerOptions.Section);
        services.AddSectionOptions<BulkheadOptions>(BulkheadOptions.Section);
        services.AddSingleton<IValidateOptions<ExternalCallOptions>, ExternalCallOptionsValidator>();
        services.AddSingleton<IValidateOptions<BulkheadOptions>, BulkheadOptionsValidator>();
        services.AddSingleton<ResilienceMetrics>();
        services.AddSingleton<CircuitBreakers>();
        services.AddSingleton(provider => new CpuLimit(
            provider.GetRequiredService<IOptions<BulkheadOptions>>().Value,
            () => Environment.CpuUsage.TotalTime,
            Environment.ProcessorCount,
            provider.GetSagaClock()));
        services.AddSingleton<Bulkheads>();
        services.AddSingleton<IDestinationGuard, DestinationGuard>();
        return builder;
    }
}
