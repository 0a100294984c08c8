using Microsoft.Extensions.Logging;
using Sagas.Contracts.Text;

namespace Sagas.Worker.Telemetry;

/// <summary>
/// The console's log without control characters: messages and exceptions have texts of participants, operators and servers
/// in them. By hand, for the console's own formatters write them as they are.
/// </summary>
[ProviderAlias("Console")]
internal sealed class PrintableLoggerProvider(ILoggerProvider provider) : ILoggerProvider, ISupportExternalScope
{
    public ILogger CreateLogger(string categoryName) => new PrintableLogger(provider.CreateLogger(categoryName));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) =>
        (provider as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    public void Dispose() => provider.Dispose();

    private sealed class PrintableLogger(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => logger.Log(
                logLevel,
                eventId,
                state,
                exception is null ? null : PrintableException.Of(exception),
                (x, _) => Printable.Of(formatter(x, exception), keepLines: true));
    }

    /// <summary>An exception whose text is fit to be written.</summary>
    private sealed class PrintableException(string text) : Exception(text)
    {
        public static Exception Of(Exception exception)
        {
            var text = exception.ToString();
            var printable = Printable.Of(text, keepLines: true);
            return ReferenceEquals(text, printable) ? exception : new PrintableException(printable);
        }

        public override string ToString() => Message;
    }
}
