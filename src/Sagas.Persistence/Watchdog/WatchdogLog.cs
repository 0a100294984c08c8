using Microsoft.Extensions.Logging;

namespace Sagas.Persistence.Watchdog;

internal static partial class WatchdogLog
{
    [LoggerMessage(1201, LogLevel.Warning,
        "Nothing has consumed from {Queue} for {Idle} although RabbitMQ answers; starting its endpoint anew")]
    public static partial void Restarting(this ILogger logger, string queue, TimeSpan idle);

    [LoggerMessage(1202, LogLevel.Warning, "The endpoint of {Queue} could not be started anew")]
    public static partial void RestartFailed(this ILogger logger, Exception exception, string queue);

    [LoggerMessage(1203, LogLevel.Information, "The endpoint of {Queue} consumes again after {Idle}")]
    public static partial void ConsumesAgain(this ILogger logger, string queue, TimeSpan idle);

    [LoggerMessage(1204, LogLevel.Critical,
        "Nothing has consumed from {Queue} for {Idle} although RabbitMQ answers, and starting its endpoint anew did "
        + "not help: ending this process with exit code {ExitCode}, to be restarted. Nothing is lost: all state is "
        + "durable")]
    public static partial void GivingUp(this ILogger logger, string queue, TimeSpan idle, int exitCode);

    [LoggerMessage(1205, LogLevel.Error, "The watchdog could not look at the receive endpoints; trying again")]
    public static partial void LookFailed(this ILogger logger, Exception exception);
}
