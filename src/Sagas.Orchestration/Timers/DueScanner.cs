using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Timers;

/// <summary>
/// The timer of the system: claims the sagas whose <c>due_at</c> has come and tells the state machine so. A claim that
/// leads to nothing, because the message or the worker was lost, ends by itself and is made again. However many are due,
/// only so many wait in the queue at a time: what else comes does not stand behind all of them. And where they wait there
/// for longer than they were claimed for, behind all else, they are claimed for longer: they would never come to be
/// looked at if each went back to the end of the queue before its turn. Sagas that are undecided have attempts and pauses
/// of their own, and take no room from the others.
/// </summary>
internal sealed class DueScanner(
    DueSagas sagas,
    UndecidedSagas undecided,
    IBusControl bus,
    IOptions<TimerOptions> options,
    DatabaseWatch<SagaStoreDbContext> watch,
    [SagaClock] TimeProvider clock,
    ILogger<DueScanner> logger,
    OutboxWakeSignal<SagaStoreDbContext>? outbox = null)
    : BackgroundService, IWatchedLoop
{
    // While more are due than may wait in the queue, there is room for others sooner.
    private const int LooksAnInterval = 5;

    // Undecided sagas that are looked at with each scan: so many for one that is due.
    private const int UndecidedShare = 10;

    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    // Those that were told of, and are not known to be looked at.
    private HashSet<Guid> _told = [];

    private TimeSpan _lease = options.Value.ClaimLease;

    private long? _sweptAt;

    public string Name => "timers";

    public bool IsOn => true;

    public LoopPulse Pulse { get; } = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Pulse.Beat();
            var isMore = false;
            try
            {
                isMore = await ScanAsync(stoppingToken);
            }
            catch (Exception exception) when (HostEnd.Explains(exception, stoppingToken))
            {
                return;
            }
            catch (Exception exception)
            {
                // Of a broker that is away the outbox and the health speak.
                if (!watch.Failed(exception) && !BrokerFailures.Show(exception))
                {
                    logger.DueScanFailed(exception, options.Value.PollInterval);
                }
            }

            var interval = options.Value.PollInterval;
            await Task.Delay(isMore ? interval / LooksAnInterval : interval, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether there may be more than there was room for.</returns>
    private async Task<bool> ScanAsync(CancellationToken stop)
    {
        // What is sent to a broker that is away piles up in the bus.
        if (bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            return false;
        }

        await FollowUpAsync(stop);
        var room = options.Value.BatchSize - _told.Count;

        // Those of which the claim ends just now are for the next look, which finds that out and claims for longer.
        var due = room > 0 ? await sagas.ClaimAsync(room, _lease, _told, stop) : [];
        watch.Succeeded();
        _told.UnionWith(due.Select(x => x.SagaId));
        await TellAsync([.. due.Select(x => x.SagaId)], stop);
        await LookAgainAsync(stop);
        return room == 0 || due.Count == room;
    }

    /// <summary>Has the workers look again at sagas that are undecided, one after a growing pause.</summary>
    private async Task LookAgainAsync(CancellationToken stop)
    {
        if (_sweptAt is null)
        {
            await undecided.BringForwardAsync(stop);
        }

        var sweeps = _sweptAt is not { } at || clock.GetElapsedTime(at) >= SweepInterval;
        var looks = await undecided.TakeAsync(
            Math.Max(options.Value.BatchSize / UndecidedShare, 1), _lease, sweeps, stop);
        if (sweeps)
        {
            _sweptAt = clock.GetTimestamp();
        }

        if (looks.Released > 0)
        {
            outbox?.Wake();
        }

        await TellAsync(looks.Due, stop);
    }

    private async Task TellAsync(IReadOnlyCollection<Guid> due, CancellationToken stop)
    {
        if (due.Count == 0)
        {
            return;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(_lease);
        var endpoint = await bus.GetSendEndpoint(SagaAddresses.Worker);

        // One that has waited for longer is claimed again, and told of once more.
        var expires = Pipe.Execute<SendContext<SagaDue>>(send => send.TimeToLive = _lease);
        await Task.WhenAll(
            due.Select(id => endpoint.SendConfirmedAsync(new SagaDue { SagaId = id }, timeout.Token, expires)));
    }

    /// <summary>Sees what has become of those that were told of.</summary>
    private async Task FollowUpAsync(CancellationToken stop)
    {
        if (_told.Count == 0)
        {
            return;
        }

        var claims = await sagas.FindClaimsAsync(_told, stop);
        _told = [.. claims.Held];
        if (claims.Lapsed > 0)
        {
            _lease = TimeSpan.FromTicks(Math.Min(_lease.Ticks * 2, LongestLease.Ticks));
        }
        else if (_told.Count == 0)
        {
            _lease = TimeSpan.FromTicks(Math.Max(_lease.Ticks / 2, options.Value.ClaimLease.Ticks));
        }
    }
}
