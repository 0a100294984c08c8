using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Sends the messages of one context's outbox that were committed and not confirmed: what a crash, a slow broker or a
/// scope without a delivery left. Any number of dispatchers may share the table.
/// </summary>
internal sealed class OutboxDispatcher<TDbContext>(
    OutboxStore<TDbContext> store,
    OutboxSettings<TDbContext> settings,
    OutboxDatabases<TDbContext> databases,
    OutboxWakeSignal<TDbContext> signal,
    FailedSends<TDbContext> failedSends,
    IOutboxTransport transport,
    DatabaseWatch<TDbContext> watch,
    [SagaClock] TimeProvider clock,
    ILogger<OutboxDispatcher<TDbContext>> logger,
    SendObjections objections,
    IUnsentMessages<TDbContext>? unsent = null) : BackgroundService, IWatchedLoop
    where TDbContext : DbContext
{
    private static readonly TimeSpan WorthAWord = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly OutboxBatchSender _sender = new(transport, clock);
    private readonly Lock _lock = new();

    // The last one of each named database: whether there may be more to send at once, null if it failed.
    private readonly Dictionary<string, Task<bool?>> _rounds = new(StringComparer.Ordinal);
    private bool _waitsForBroker;
    private long? _brokerAwaySince;

    public string Name => "dispatcher";

    public bool IsOn => settings.Options.Dispatches;

    public LoopPulse Pulse { get; } = new(clock);

    /// <summary>Sends one batch, or one of each database.</summary>
    /// <returns>Whether there may be more to send at once.</returns>
    public async Task<bool> DispatchAsync(CancellationToken cancellationToken)
    {
        if (databases.IsOne)
        {
            return await DispatchAsync(store, cancellationToken);
        }

        var awaited = StartRounds(await databases.ListAsync(cancellationToken), cancellationToken);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.WhenAll(awaited), Task.Delay(Patience, clock, timer.Token));
        await timer.CancelAsync();
        return awaited.Any(round => round is { IsCompletedSuccessfully: true, Result: true });
    }

    /// <summary>Starts a round of each database whose last one is over.</summary>
    /// <returns>
    /// Those to wait for. A database that has failed holds up none of the others until it works again.
    /// </returns>
    private List<Task<bool?>> StartRounds(IReadOnlyCollection<string?> names, CancellationToken cancellationToken)
    {
        var awaited = new List<Task<bool?>>(names.Count);
        foreach (var name in names.OfType<string>())
        {
            _rounds.TryGetValue(name, out var last);
            if (last is { IsCompleted: false })
            {
                continue;
            }

            // On threads of their own: SQLite waits for a locked file without giving its thread back.
            var round = Task.Run(() => TryDispatchAsync(name, cancellationToken), CancellationToken.None);
            _rounds[name] = round;
            if (last is null or { IsCompletedSuccessfully: true, Result: not null })
            {
                awaited.Add(round);
            }
        }

        foreach (var gone in _rounds.Keys.Except(names.OfType<string>()).ToList())
        {
            if (_rounds[gone].IsCompleted)
            {
                _rounds.Remove(gone);
            }
        }

        return awaited;
    }

    private async Task<bool?> TryDispatchAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await DispatchAsync(store.Of(name), cancellationToken);
        }
        catch (Exception exception) when (!HostEnd.Explains(exception, cancellationToken))
        {
            if (!watch.Failed(exception))
            {
                PersistenceLog.DispatchFailed(logger, exception, typeof(TDbContext).Name, settings.Options.QueryDelay);
            }

            return null;
        }
    }

    private async Task<bool> DispatchAsync(OutboxStore<TDbContext> rowsOf, CancellationToken cancellationToken)
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
            await rowsOf.MakeDueAsync(dueAtOnce, cancellationToken);
        }

        // Long enough for both rounds of the batch; a dispatcher that dies holds its messages up no longer than that.
        var rows = await rowsOf.ClaimAsync(
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
            if (await SettleAsync(
                result, isBrokerAway || cancellationToken.IsCancellationRequested, cancellationToken))
            {
                done.Add(result.Row.SequenceNumber);
            }
            else
            {
                failed.Add(result);
            }
        }

        if (done.Count > 0)
        {
            await rowsOf.DeleteAsync(done, CancellationToken.None);
        }

        if (failed.Count > 0)
        {
            await rowsOf.SaveFailuresAsync([.. failed.Select(result => result.Row)], CancellationToken.None);
        }

        // Behind one that is in a row there may be others.
        var isMore = rows.Count == options.QueryMessageLimit
            || results.Any(result => result.Error is null && result.Row.OrderingKey is not null);
        return isMore && !isBrokerAway;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        finally
        {
            // What they have sent has to be deleted before the services are gone, or it is sent twice.
            Task rounds = Task.WhenAll(_rounds.Values);
            await rounds.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        while (settings.Options.Dispatches && !stoppingToken.IsCancellationRequested)
        {
            Pulse.Beat();
            try
            {
                var isMore = await DispatchAsync(stoppingToken);
                if (_rounds.Values.All(round => round is { IsCompletedSuccessfully: true, Result: not null }))
                {
                    watch.Succeeded();
                }

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

    /// <summary>Reports a message that will never be sent, and puts off or parks any other that was not.</summary>
    /// <returns>Whether its row is of no more use.</returns>
    private async Task<bool> SettleAsync(DispatchResult result, bool isForgiven, CancellationToken cancellationToken)
    {
        if (unsent is not null && result.Error is MessageTooLargeException reason)
        {
            try
            {
                if (await ReportAsync(unsent, result.Row, reason, cancellationToken))
                {
                    return true;
                }
            }
            catch (Exception exception)
            {
                PersistenceLog.MessageNotReported(logger, exception, result.Row.MessageId, settings.Options.QueryDelay);
                TryAgain(result.Row);
                return false;
            }
        }

        Postpone(result, isForgiven);
        return false;
    }

    private async Task<bool> ReportAsync(
        IUnsentMessages<TDbContext> reports,
        OutboxMessage row,
        MessageTooLargeException reason,
        CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(settings.Options.MessageDeliveryTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);

        // The claim counts this attempt. Another one before it may have been under another limit.
        var isCertain = row.Attempts == 1 && objections.IsNeverSent(row.MessageId);
        var isReported = await reports.ReportAsync(row, reason.Message, isCertain, either.Token);
        objections.Forget(row.MessageId);
        if (isReported)
        {
            PersistenceLog.MessageReported(logger, row.MessageId, row.DestinationAddress, reason.Message);
        }

        return isReported;
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
            TryAgain(row);
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

    /// <summary>Puts a message off without counting the attempt.</summary>
    private void TryAgain(OutboxMessage row)
    {
        row.Attempts--;
        row.NextTryAt = clock.GetUtcNow().UtcDateTime + settings.Options.QueryDelay;
    }

    /// <summary>What every database keeps: one error that it refuses would keep all of the batch from being saved.</summary>
    private static string StorableText(string error)
    {
        var text = error.Length > OwnTables.LongestError ? error[..OwnTables.LongestError] : error;
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
        lock (_lock)
        {
            NoteBrokerInTurn(isAway);
        }
    }

    private void NoteBrokerInTurn(bool isAway)
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
