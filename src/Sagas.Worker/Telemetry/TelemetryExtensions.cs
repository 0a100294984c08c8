using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;

namespace Sagas.Worker.Telemetry;

/// <summary>Adds logs and metrics.</summary>
public static class TelemetryExtensions
{
    // What fails in the database is logged, or handled, by whoever asked for it; the transport warns of every single try.
    // The health checks' own messages would repeat with every check; the worker logs when its health changes. Why a start
    // failed is said once, by the command that failed; why the host stops itself is critical.
    private static readonly Dictionary<string, string?> LogLevels = new()
    {
        ["Logging:LogLevel:Default"] = nameof(LogLevel.Information),
        ["Logging:LogLevel:MassTransit"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:MassTransit.ReceiveTransport"] = nameof(LogLevel.Error),
        ["Logging:LogLevel:Microsoft"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = nameof(LogLevel.Critical),
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = nameof(LogLevel.Critical),
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = nameof(LogLevel.Information),
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = nameof(LogLevel.None),
    };

    /// <summary>
    /// Adds one-line console logs with UTC times, and the meter <c>Sagas</c>. Unless the configuration says otherwise, of
    /// the libraries only warnings are logged.
    /// </summary>
    public static IHostApplicationBuilder AddSagaTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSectionOptions<TelemetryOptions>(TelemetryOptions.Section);
        builder.Services.AddSingleton<SagaMetrics>();
        builder.Services.AddSingleton<StepMetrics>();
        builder.Services.AddSingleton<SagaTracer>();
        builder.Services.AddSingleton<SagaSpans>();
        builder.Logging.AddSimpleConsole(x =>
        {
            x.SingleLine = true;
            x.UseUtcTimestamp = true;
            x.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });
        return builder;
    }

    /// <summary>Adds the metrics of what stands in the database. To be added after the store, which creates its tables.</summary>
    public static IHostApplicationBuilder AddStoreGauges(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHostedService<StoreGauges>();
        return builder;
    }
}
