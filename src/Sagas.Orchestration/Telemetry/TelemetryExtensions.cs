using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Persistence.Configuration;

namespace Sagas.Orchestration.Telemetry;

/// <summary>Adds what measures and traces sagas.</summary>
public static class TelemetryExtensions
{
    /// <summary>Adds the meter and the activity source, both named <c>Sagas</c>.</summary>
    public static IHostApplicationBuilder AddSagaInstruments(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSectionOptions<TelemetryOptions>(TelemetryOptions.Section);
        builder.Services.AddSingleton<SagaMetrics>();
        builder.Services.AddSingleton<StepMetrics>();
        builder.Services.AddSingleton<SagaTracer>();
        builder.Services.AddSingleton<SagaSpans>();
        return builder;
    }

    /// <summary>
    /// Adds the metrics of what stands in the database. To be added after the store, which creates its tables.
    /// </summary>
    public static IHostApplicationBuilder AddStoreGauges(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StoreGauges>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<StoreGauges>());
        return builder;
    }
}
