using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Clock;

namespace Sagas.Persistence.Watchdog;

/// <summary>
/// Sees to it that every receive endpoint consumes while the broker answers. One that does not is started anew, which
/// also cuts the pause short that the bus makes between two tries to connect; if that does not help, the process ends.
/// </summary>
internal sealed class ConsumerWatchdog(
    IReceiveEndpoints endpoints,
    IProcessEnd processEnd,
    IHostApplicationLifetime lifetime,
    IOptions<ConsumerWatchdogOptions> options,
    [SagaClock] TimeProvider clock,
    ILogger<ConsumerWatchdog> logger) : BackgroundService
{
    /// <summary>The exit code of a process whose endpoint was past help.</summary>
    public const int ExitCode = 3;

    // What one look may count for at most: a process that was frozen itself has not watched for all that time.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private readonly ConsumerWatchdogOptions _options = options.Value;
    private readonly Dictionary<string, EndpointWatch> _watches = new(StringComparer.Ordinal);

    /// <summary>
    /// The queues that nothing consumes from although the broker answers, in words; null if there are none.
    /// </summary>
    public string? Complaint { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Before the start is complete, and once it is to stop, a bus has every reason not to consume.
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(
            stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.ApplicationStarted).WaitAsync(watching.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WatchAsync(watching.Token);
        }
        catch (Exception) when (watching.IsCancellationRequested)
        {
            // Stopped, perhaps in the middle of a look.
        }
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        var last = clock.GetTimestamp();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var now = clock.GetTimestamp();
            var sinceLast = clock.GetElapsedTime(last, now);
            last = now;
            if (!await LookAsync(sinceLast < LongestLook ? sinceLast : LongestLook, stop))
            {
                return;
            }

            await Task.Delay(_options.Interval, clock, stop);
        }
    }

    /// <returns>Whether to go on watching.</returns>
    private async Task<bool> LookAsync(TimeSpan sinceLast, CancellationToken stop)
    {
        try
        {
            var looks = await endpoints.LookAsync(stop);
            return looks is null ? Forget() : await JudgeAsync(looks, sinceLast, stop);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            logger.LookFailed(exception);
            return Forget();
        }
    }

    private bool Forget()
    {
        _watches.Clear();
        Complaint = null;
        return true;
    }

    private async Task<bool> JudgeAsync(IReadOnlyList<EndpointLook> looks, TimeSpan sinceLast, CancellationToken stop)
    {
        var restarts = new List<Task>();
        foreach (var (queue, isConsuming) in looks)
        {
            var watch = _watches.TryGetValue(queue, out var known)
                ? known
                : _watches[queue] = new EndpointWatch(_options);
            var before = watch.Idle;
            var verdict = watch.Judge(isConsuming, sinceLast);
            if (verdict == EndpointVerdict.GiveUp)
            {
                logger.GivingUp(queue, watch.Idle!.Value, ExitCode);
                processEnd.End(ExitCode);
                return false;
            }

            if (verdict == EndpointVerdict.Restart)
            {
                logger.Restarting(queue, watch.Idle!.Value);
                restarts.Add(RestartAsync(queue, stop));
            }
            else if (isConsuming && before >= _options.RestartAfter)
            {
                logger.ConsumesAgain(queue, before.Value);
            }
        }

        var idle = _watches.Where(x => x.Value.Idle is not null)
            .Select(x => $"{x.Key} (for {x.Value.Idle:c})")
            .ToList();
        Complaint = idle.Count == 0 ? null : $"No consumer, although RabbitMQ answers: {string.Join(", ", idle)}";
        await Task.WhenAll(restarts);
        return true;
    }

    private async Task RestartAsync(string queue, CancellationToken stop)
    {
        try
        {
            await endpoints.RestartAsync(queue, stop);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            logger.RestartFailed(exception, queue);
        }
    }
}
