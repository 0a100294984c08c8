using Microsoft.Extensions.Logging;
using Sagas.Contracts.Text;

namespace Sagas.Worker.CommandLine.Output;

/// <summary>Writes warnings of the worker's own as plain lines, for somebody who waits for a command.</summary>
internal sealed class LinesLogger(TextWriter writer) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            writer.WriteLine(Printable.Of(formatter(state, exception)));
        }
    }

    public void Dispose()
    {
    }
}
