using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.Logging;

namespace Sagas.Persistence;

/// <summary>
/// Repeats a delivery that failed. While the database fails, it waits for it, however long that takes: whoever sent the
/// command asks again meanwhile, and the barrier knows the copies. Any other failure is repeated a few times, and then
/// given up without the fault that would otherwise answer it: whether it had its effect may not be known, and silence
/// says just that to the worker.
/// </summary>
/// <param name="noteFailure">Takes note of a failure of the database; returns whether it has been spoken of.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Where it says what it does.</param>
internal sealed class StepDeliveryFilter(
    Func<Exception, bool> noteFailure, TimeProvider clock, ILogger<StepDeliveryFilter> logger) : IFilter<ConsumeContext>
{
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var (failures, waits) = (0, 0);
        while (true)
        {
            TimeSpan pause;
            var delivery = new Try(context);
            try
            {
                await next.Send(delivery);
                return;
            }
            catch (Exception exception) when (DatabaseFailures.IsTransient(exception)
                && !context.CancellationToken.IsCancellationRequested)
            {
                pause = waits < Pauses.Length ? Pauses[waits] : LongestWait;
                waits++;
                if (!noteFailure(exception))
                {
                    logger.Repeating(exception, pause);
                }
            }
            catch (Exception exception) when (failures < Pauses.Length
                && exception is not StepParticipantHungException
                && !context.CancellationToken.IsCancellationRequested)
            {
                pause = Pauses[failures++];
                logger.Repeating(exception, pause);
            }
            catch (Exception exception)
            {
                logger.GivenUp(exception);
                await delivery.ReportFaultAsync();
                throw;
            }

            await Task.Delay(pause, clock, context.CancellationToken);
        }
    }

    public void Probe(ProbeContext context)
    {
        context.CreateFilterScope("stepDelivery");
    }

    private sealed class Try(ConsumeContext context) : ConsumeContextScope(context)
    {
        private Func<Task>? _report;

        public override Task NotifyFaulted<T>(
            ConsumeContext<T> context,
            TimeSpan duration,
            string consumerType,
            Exception exception)
        {
            _report = () => ReceiveContext.NotifyFaulted(context, duration, consumerType, exception);
            return Task.CompletedTask;
        }

        public Task ReportFaultAsync()
        {
            return _report?.Invoke() ?? Task.CompletedTask;
        }
    }
}
