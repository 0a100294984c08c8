using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sagas.Persistence;

/// <summary>
/// Sends the messages of one context's outbox that were committed and not confirmed: what a crash, a slow broker or a
/// scope without a delivery left. Any number of dispatchers may share the table.
/// </summary>
internal sealed class OutboxDispatcher<TDbContext>(
    OutboxStore<TDbContext> store,
    OutboxSettings<TDbContext> settings,
    OutboxWakeSignal<TDbContext> signal,
    FailedSends<TDbContext> failedSends,
    IOutboxTransport transport,
    DatabaseWatch<TDbContext> watch,
    TimeProvider clock,
    ILogger<OutboxDispatcher<TDbContext>> logger,
    SendObjections objections,
    IUnsentMessages<TDbContext>? unsent = null) : BackgroundService, IWatchedLoop
    where TDbContext : DbContext
{
    private const int LongestError = 2000;

    private static readonly TimeSpan WorthAWord = TimeSpan.FromSeconds(5);
    private readonly OutboxBatchSender _sender = new(transport, clock);
    private bool _waitsForBroker;
    private long? _brokerAwaySince;

    public string Name => "dispatcher";

    public bool IsOn => settings.Options.Dispatches;

    public LoopPulse Pulse { get; } = new(clock);

    /// <summary>Sends one batch.</summary>
    /// <returns>Whether there may be more to send at once.</returns>
    public async Task<bool> DispatchAsync(CancellationToken cancellationToken)
    {
        var options = settings.Options;
        if (!transport.IsAvailable)
        {
            NoteBroker(isAway: true);
            return false;
        }

        var dueAtOnce = failedSends.Take();
        if (dueAtOnce.Count > 0)
        {
            await store.MakeDueAsync(dueAtOnce, cancellationToken);
        }

        // Long enough for both rounds of the batch; a dispatcher that dies holds its messages up no longer than that.
        var rows = await store.ClaimAsync(
            options.QueryMessageLimit, options.MessageDeliveryTimeout * 3, options.QueryTimeout, cancellationToken);
        if (rows.Count == 0)
        {
            NoteBroker(isAway: false);
            return false;
        }

        var judged = rows
            .Select(row => new DispatchResult(row, settings.ObjectionTo(row)))
            .ToLookup(result => result.Error is null);
        var (results, isBrokerAway) = await _sender.SendAsync(
            [.. judged[true].Select(x => x.Row)], options.MessageDeliveryTimeout, cancellationToken);
        NoteBroker(isBrokerAway);
        var done = results.Where(result => result.Error is null).Select(result => result.Row.SequenceNumber).ToList();
        var failed = new List<DispatchResult>();
        foreach (var result in results.Where(result => result.Error is not null).Concat(judged[false]))
        {
            switch (await ReportAsync(result, cancellationToken))
            {
                case true:
                    done.Add(result.Row.SequenceNumber);
                    continue;
                case null:
                    PostponeReport(result);
                    break;
                default:
                    Postpone(result, isBrokerAway || cancellationToken.IsCancellationRequested);
                    break;
            }

            failed.Add(result);
        }

        if (done.Count > 0)
        {
            await store.DeleteAsync(done, CancellationToken.None);
        }

        if (failed.Count > 0)
        {
            await store.SaveFailuresAsync([.. failed.Select(result => result.Row)], CancellationToken.None);
        }

        // Behind one that is in a row there may be others.
        var isMore = rows.Count == options.QueryMessageLimit
            || results.Any(result => result.Error is null && result.Row.OrderingKey is not null);
        return isMore && !isBrokerAway;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (settings.Options.Dispatches && !stoppingToken.IsCancellationRequested)
        {
            Pulse.Beat();
            try
            {
                var isMore = await DispatchAsync(stoppingToken);
                watch.Succeeded();
                if (!isMore)
                {
                    await signal.WaitAsync(settings.Options.QueryDelay, stoppingToken);
                }
            }
            catch (Exception exception) when (HostEnd.Explains(exception, stoppingToken))
            {
                return;
            }
            catch (Exception exception)
            {
                if (!watch.Failed(exception))
                {
                    PersistenceLog.DispatchFailed(
                        logger, exception, typeof(TDbContext).Name, settings.Options.QueryDelay);
                }

                await Task.Delay(settings.Options.QueryDelay, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reports one that will never be sent.</summary>
    /// <returns>Whether it was reported; <see langword="null"/> if that is to be tried again.</returns>
    private async Task<bool?> ReportAsync(DispatchResult result, CancellationToken cancellationToken)
    {
        if (unsent is null || result.Error is not MessageTooLargeException reason)
        {
            return false;
        }

        var id = result.Row.MessageId;
        using var timer = new CancellationTokenSource(settings.Options.MessageDeliveryTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            // The claim counts this attempt. Another one before it may have been under another limit.
            var isCertain = result.Row.Attempts == 1 && objections.IsNeverSent(id);
            var isReported = await unsent.ReportAsync(result.Row, reason.Message, isCertain, either.Token);
            objections.Forget(id);
            if (!isReported)
            {
                return false;
            }

            PersistenceLog.MessageReported(logger, id, result.Row.DestinationAddress, reason.Message);
            return true;
        }
        catch (Exception exception)
        {
            PersistenceLog.MessageNotReported(logger, exception, id, settings.Options.QueryDelay);
            return null;
        }
    }

    private void PostponeReport(DispatchResult result)
    {
        result.Row.Attempts--;
        result.Row.NextTryAt = clock.GetUtcNow().UtcDateTime + settings.Options.QueryDelay;
    }

    private void Postpone(DispatchResult result, bool isForgiven)
    {
        var (row, error) = (result.Row, result.Error!);
        var now = clock.GetUtcNow().UtcDateTime;
        if (row.LastError is null || result.SaysWhy)
        {
            row.LastError = StorableText($"{error.GetType().Name}: {error.Message}");
        }

        if (isForgiven && error is not MessageTooLargeException)
        {
            row.Attempts--;
            row.NextTryAt = now + settings.Options.QueryDelay;
            return;
        }

        if (row.Attempts >= settings.Options.MaxAttempts || error is MessageTooLargeException)
        {
            row.ParkedAt = now;
            PersistenceLog.MessageParked(
                logger, error, row.MessageId, row.DestinationAddress, row.Attempts, row.SequenceNumber);
            return;
        }

        var delay = OutboxBackoff.After(row.Attempts, settings.Options);
        row.NextTryAt = now + delay;
        PersistenceLog.MessageFailed(logger, error, row.MessageId, row.DestinationAddress, row.Attempts, delay);
    }

    /// <summary>What every database keeps: one error that it refuses would keep all of the batch from being saved.</summary>
    private static string StorableText(string error)
    {
        var text = error.Length > LongestError ? error[..LongestError] : error;
        return string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                line[i] = from[i] == '\0' || char.IsSurrogate(from[i]) ? '\uFFFD' : from[i];
            }
        });
    }

    private void NoteBroker(bool isAway)
    {
        if (!isAway)
        {
            _brokerAwaySince = null;
            if (_waitsForBroker)
            {
                PersistenceLog.OutboxHasBrokerBack(logger, typeof(TDbContext).Name);
            }

            _waitsForBroker = false;
            return;
        }

        // A bus that is starting or reconnecting is not worth a word.
        _brokerAwaySince ??= clock.GetTimestamp();
        if (!_waitsForBroker && clock.GetElapsedTime(_brokerAwaySince.Value) > WorthAWord)
        {
            _waitsForBroker = true;
            PersistenceLog.OutboxWaitsForBroker(logger, typeof(TDbContext).Name);
        }
    }
}
