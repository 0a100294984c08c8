using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;

namespace Sagas.Participants;

/// <summary>
/// Repeats a delivery that failed, and in the end gives it up without the fault that would otherwise answer it: whether it
/// had its effect may not be known, and silence says just that to the worker. One that the database failed is left to
/// <see cref="DatabaseRetryExtensions.UseDatabaseRetry"/>, outside of this.
/// </summary>
internal sealed class StepDeliveryFilter(TimeProvider clock, ILogger<StepDeliveryFilter> logger)
    : IFilter<ConsumeContext>
{
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        for (var pause = 0; ; pause++)
        {
            var delivery = new Try(context);
            try
            {
                await next.Send(delivery);
                return;
            }
            catch (Exception exception) when (DatabaseFailures.IsTransient(exception))
            {
                throw;
            }
            catch (Exception exception) when (pause < Pauses.Length
                && exception is not StepParticipantHungException
                && !context.CancellationToken.IsCancellationRequested)
            {
                logger.Repeating(exception, Pauses[pause]);
            }
            catch (Exception exception)
            {
                logger.GivenUp(exception);
                await delivery.ReportFaultAsync();
                throw;
            }

            await Task.Delay(Pauses[pause], clock, context.CancellationToken);
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
