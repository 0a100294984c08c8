using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Configuration;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Has a message that cannot be moved to its error queue, because that is full or the worker may not write there, wait
/// before it is delivered again. At once it would come as fast as the broker can deliver. One that is over the broker's
/// limit by now waits for longer: that takes somebody to change it.
/// </summary>
internal sealed class SetAsideGuard<TContext>(string queue, TimeProvider clock, ILogger logger) : IFilter<TContext>
    where TContext : class, ReceiveContext
{
    /// <summary>How long it waits; the log says so once in this time, at most.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>How long one waits that is over the broker's limit.</summary>
    public static readonly TimeSpan LongPause = TimeSpan.FromMinutes(10);

    private readonly OnceInAWhile _lines = new(clock, Pause);

    public async Task Send(TContext context, IPipe<TContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (!context.CancellationToken.IsCancellationRequested)
        {
            var pause = IsOverLimit(exception) ? LongPause : Pause;
            if (_lines.Take() is not null)
            {
                logger.NotSetAside(queue, pause, $"{exception.GetType().Name}: {exception.Message}");
            }

            // Over a closed channel nothing comes again before the next one is open.
            if (!context.TryGetPayload<ChannelContext>(out var channel) || channel.Channel.IsOpen)
            {
                await Task.Delay(pause, clock, context.CancellationToken);
            }

            throw;
        }
    }

    private static bool IsOverLimit(Exception exception) =>
        exception is OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.PreconditionFailed } reason }
        && reason.ReplyText.Contains("max size", StringComparison.Ordinal);

    public void Probe(ProbeContext context) => context.CreateFilterScope("setAsideGuard");
}
