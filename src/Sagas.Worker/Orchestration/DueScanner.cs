using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Persistence;
using Sagas.Worker.Telemetry;
using Sagas.Worker.Transport;

namespace Sagas.Worker.Orchestration;

/// <summary>
/// The timer of the system: claims the sagas whose <c>due_at</c> has come and tells the state machine so. A claim that
/// leads to nothing, because the message or the worker was lost, ends by itself and is made again.
/// </summary>
internal sealed class DueScanner(
    DueSagas sagas,
    IBusControl bus,
    IOptions<TimerOptions> options,
    DatabaseWatch<SagaStoreDbContext> watch,
    TimeProvider clock,
    ILogger<DueScanner> logger)
    : BackgroundService, IWatchedLoop
{
    public string Name => "timers";

    public bool IsOn => true;

    public LoopPulse Pulse { get; } = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Pulse.Beat();
            var isBatchFull = false;
            try
            {
                isBatchFull = await ScanAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!watch.Failed(exception))
                {
                    logger.DueScanFailed(exception, options.Value.PollInterval);
                }
            }

            if (!isBatchFull)
            {
                await Task.Delay(options.Value.PollInterval, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> ScanAsync(CancellationToken stop)
    {
        // What is sent to a broker that is away piles up in the bus.
        if (bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            return false;
        }

        var due = await sagas.ClaimAsync(options.Value.BatchSize, options.Value.ClaimLease, stop);
        watch.Succeeded();
        if (due.Count == 0)
        {
            return false;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(options.Value.ClaimLease);
        var endpoint = await bus.GetSendEndpoint(SagaAddresses.Worker);
        await Task.WhenAll(
            due.Select(x => endpoint.SendConfirmedAsync(new SagaDue { SagaId = x.SagaId }, timeout.Token)));
        return due.Count == options.Value.BatchSize;
    }
}
