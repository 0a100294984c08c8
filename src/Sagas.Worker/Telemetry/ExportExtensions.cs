using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Telemetry.Tracing;

namespace Sagas.Worker.Telemetry;

/// <summary>Adds the export of traces, metrics and logs by OTLP, where an endpoint for it is configured.</summary>
internal static class ExportExtensions
{
    // "dotnet.*" is the runtime's own meter; "process.*" comes from the instrumentation package.
    private static readonly string[] OtherMeters =
        ["Microsoft.AspNetCore.Hosting", "System.Net.Http", "System.Runtime", "Npgsql"];

    private const string DefaultServiceName = "sagas";

    private static readonly string[] Endpoints =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    ];

    /// <summary>
    /// Adds the metrics that Prometheus asks for, and the export by OTLP: without an endpoint nothing is added, listened to or
    /// paid for.
    /// </summary>
    public static void AddSagaExport(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PrometheusMetrics>();
        if (Endpoints.All(key => string.IsNullOrWhiteSpace(builder.Configuration[key])))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(Describe)
            .WithTracing(traces => traces.AddSource(SagaTracer.SourceName, "Microsoft.AspNetCore"))
            .WithMetrics(metrics => metrics.AddInstruments())
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

    /// <summary>
    /// Adds the instruments that are exported: the worker's own, ASP.NET Core's, the HTTP client's, Npgsql's, the runtime's
    /// and the process's. Instruments of other hosts in the same process are left out.
    /// </summary>
    public static MeterProviderBuilder AddInstruments(this MeterProviderBuilder metrics) =>
        metrics.AddMeter([SagaMetrics.MeterName, .. OtherMeters]).AddProcessInstrumentation().LeaveOutOtherHosts();

    /// <summary>Drops the instruments of other hosts in the same process.</summary>
    internal static MeterProviderBuilder LeaveOutOtherHosts(this MeterProviderBuilder metrics) =>
        metrics is IDeferredMeterProviderBuilder deferred
            ? deferred.Configure((provider, configured) => configured.AddView(instrument =>
                instrument.Meter.Scope is { } scope
                && scope != provider.GetService<System.Diagnostics.Metrics.IMeterFactory>()
                    ? MetricStreamConfiguration.Drop
                    : null))
            : metrics;
}
