using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sagas.Dashboard.Access;

namespace Sagas.Worker.Telemetry;

/// <summary>Adds the worker's logs.</summary>
internal static class LoggingExtensions
{
    private const string FormatterName = "Logging:Console:FormatterName";

    // What fails in the database is logged, or handled, by whoever asked for it; the transport warns of every single
    // try, and of each message that it does not send, which is whoever sent it to speak of. That a caller is slow, or leaves in
    // the middle of a request, is no warning. The health checks' own messages would repeat with every check; the worker logs when its health changes. Why
    // a start failed is said once, by the command that failed; why the host stops itself is critical. Where the keys of
    // sessions are kept is the worker's own decision, and who was not authenticated its own message.
    private static readonly Dictionary<string, string?> LogLevels = new()
    {
        ["Logging:LogLevel:Default"] = nameof(LogLevel.Information),
        ["Logging:LogLevel:MassTransit"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:MassTransit.ReceiveTransport"] = nameof(LogLevel.Error),
        ["Logging:LogLevel:MassTransit.SendTransport"] = nameof(LogLevel.Critical),
        ["Logging:LogLevel:Microsoft"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.AspNetCore.Http.Timeouts"] = nameof(LogLevel.Error),
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = nameof(LogLevel.Error),
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = nameof(LogLevel.Error),
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = nameof(LogLevel.Critical),
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = nameof(LogLevel.Critical),
        [$"Logging:LogLevel:{typeof(AccessHandler).FullName}"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = nameof(LogLevel.Information),
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = nameof(LogLevel.None),
    };

    /// <summary>
    /// Adds one-line console logs with UTC times. Unless the configuration says otherwise, of the libraries only warnings are
    /// logged.
    /// </summary>
    public static IHostApplicationBuilder AddSagaLogging(this IHostApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = LogLevels.Concat(ConsoleFormat(builder.Configuration[FormatterName])),
        });
        builder.Logging.AddConsole();
        builder.Services.Remove(builder.Services.Last(x => x.ImplementationType == typeof(ConsoleLoggerProvider)));
        builder.Services.AddSingleton<ConsoleLoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider>(
            provider => new PrintableLoggerProvider(provider.GetRequiredService<ConsoleLoggerProvider>()));
        builder.Services.AddOptions<ConsoleLoggerOptions>().PostConfigure<IConfiguration>((console, configuration) =>
            console.FormatterName = configuration[FormatterName] ?? ConsoleFormatterNames.Simple);
        return builder;
    }

    /// <summary>
    /// One line an event, for people or as JSON: with its scopes then, which have the saga's and the trace's ids.
    /// </summary>
    private static Dictionary<string, string?> ConsoleFormat(string? formatter)
    {
        var isJson = ConsoleFormatterNames.Json.Equals(formatter, StringComparison.OrdinalIgnoreCase);
        return new()
        {
            [FormatterName] = ConsoleFormatterNames.Simple,
            ["Logging:Console:FormatterOptions:SingleLine"] = "true",
            ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
            ["Logging:Console:FormatterOptions:TimestampFormat"] = isJson
                ? "yyyy-MM-ddTHH:mm:ss.fffZ"
                : "yyyy-MM-ddTHH:mm:ss.fffZ ",
            ["Logging:Console:FormatterOptions:IncludeScopes"] = isJson ? "true" : "false",
        };
    }
}
