using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sagas.Worker.Telemetry;

/// <summary>Adds the export of traces, metrics and logs by OTLP, where an endpoint for it is configured.</summary>
internal static class ExportExtensions
{
    /// <summary>The meters whose instruments are told of, besides the worker's own.</summary>
    public static readonly string[] OtherMeters = ["Microsoft.AspNetCore.Hosting", "System.Net.Http"];

    private const string DefaultServiceName = "sagas";

    private static readonly string[] Endpoints =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    ];

    /// <summary>Adds the export. Without an endpoint nothing is added, listened to or paid for.</summary>
    public static void AddOtlpExport(this IHostApplicationBuilder builder)
    {
        if (Endpoints.All(key => string.IsNullOrWhiteSpace(builder.Configuration[key])))
        {
            return;
        }

        new OpenTelemetryBuilder(builder.Services)
            .ConfigureResource(Describe)
            .WithTracing(traces => traces.AddSource(SagaTracer.SourceName, "Microsoft.AspNetCore"))
            .WithMetrics(
                metrics => metrics.AddMeter([SagaMetrics.MeterName, .. OtherMeters, "System.Runtime"]).AddViews())
            .WithLogging(null, logs =>
            {
                logs.IncludeScopes = true;
                logs.IncludeFormattedMessage = true;
            })
            .UseOtlpExporter();
        builder.Services.AddHostedService<ExportStart>();
    }

    /// <summary>
    /// Says who it is that tells; <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> know better.
    /// </summary>
    public static void Describe(ResourceBuilder resource) => resource
        .Clear()
        .AddService(
            DefaultServiceName, serviceVersion: typeof(ExportExtensions).Assembly.GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    /// <summary>Leaves out the instruments of other hosts in the same process.</summary>
    public static MeterProviderBuilder AddViews(this MeterProviderBuilder metrics) =>
        metrics is IDeferredMeterProviderBuilder deferred
            ? deferred.Configure((provider, configured) => configured.AddView(instrument =>
                instrument.Meter.Scope is { } scope
                && scope != provider.GetService<System.Diagnostics.Metrics.IMeterFactory>()
                    ? MetricStreamConfiguration.Drop
                    : null))
            : metrics;
}
