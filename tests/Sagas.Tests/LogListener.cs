using Microsoft.Extensions.Logging;

namespace Sagas.Tests;

/// <summary>Hands on whatever is logged, as it comes and on the thread that it comes on.</summary>
internal sealed class LogListener(Action<LogLine> hear) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, hear);

    /// <summary>A logger for what is not made by a container.</summary>
    public ILogger<T> CreateLogger<T>() => new LoggerFactory([this]).CreateLogger<T>();

    public void Dispose()
    {
    }

    private sealed class Logger(string category, Action<LogLine> hear) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            hear(new LogLine(category, logLevel, eventId.Id, formatter(state, exception), exception));
    }
}
