using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// The cleaner of one context. A deletion that fails is repeated until the host stops; what is left then, the
/// dispatcher sends once more.
/// </summary>
/// <remarks>
/// Rows are collected for a while, since a deletion of many costs no more than that of one. Only this process knows which
/// of them stand for confirmed messages, though: once there are others, whose messages may have to wait until these rows
/// are gone, it deletes them as soon as it can.
/// </remarks>
internal sealed class OutboxCleaner<TDbContext>(
    OutboxStore<TDbContext> store,
    OutboxSettings<TDbContext> settings,
    DatabaseWatch<TDbContext> watch,
    [SagaClock] TimeProvider clock,
    ILogger<OutboxCleaner<TDbContext>> logger) : OutboxCleaner(new ConfirmedRows(clock)), IDisposable
    where TDbContext : DbContext
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OthersStayFor = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource _stopping = new();
    private Task _work = Task.CompletedTask;
    private long _othersUntil;

    /// <summary>Says that another process works on the same outbox; it is believed to for some minutes.</summary>
    public void NoteOtherProcess()
    {
        Volatile.Write(ref _othersUntil, (clock.GetUtcNow() + OthersStayFor).UtcTicks);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _work = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>After everything else has stopped, so that the last deliveries' rows are deleted as well.</summary>
    public override async Task StoppedAsync(CancellationToken cancellationToken)
    {
        Complete();
        await _stopping.CancelAsync();
        try
        {
            await _work.WaitAsync(FlushTimeout, clock, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            PersistenceLog.OutboxNotFlushed(logger, typeof(TDbContext).Name);
        }
    }

    /// <summary>Ends it without a stop as well; what is left then, the next process sends once more.</summary>
    public void Dispose()
    {
        Complete();
        if (!_stopping.IsCancellationRequested)
        {
            _stopping.Cancel();
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<long>(BatchSize);
        var (ended, took) = (clock.GetTimestamp(), TimeSpan.Zero);
        while (await Confirmed.WaitToReadAsync(CancellationToken.None))
        {
            await PauseAsync(Pause(took, clock.GetElapsedTime(ended)));
            while (batch.Count < BatchSize && Confirmed.TryRead(out var number))
            {
                batch.Add(number);
            }

            var started = clock.GetTimestamp();
            while (batch.Count > 0 && !await TryDeleteAsync(batch))
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                await PauseAsync(RepeatDelay);
            }

            ended = clock.GetTimestamp();
            took = clock.GetElapsedTime(started, ended);
        }
    }

    /// <summary>How long to collect: with others about, deletions take half of the time at most.</summary>
    private TimeSpan Pause(TimeSpan took, TimeSpan since)
    {
        var delay = settings.Options.CleanupDelay;
        return clock.GetUtcNow().UtcTicks >= Volatile.Read(ref _othersUntil)
            ? delay
            : TimeSpan.FromTicks(Math.Clamp((took - since).Ticks, 0, delay.Ticks));
    }

    private async Task<bool> TryDeleteAsync(List<long> batch)
    {
        try
        {
            await store.DeleteAsync(batch, CancellationToken.None);
            MarkDeleted(batch);
            batch.Clear();
            return true;
        }
        catch (ObjectDisposedException) when (_stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception)
        {
            if (!watch.Failed(exception))
            {
                PersistenceLog.OutboxDeletionFailed(logger, exception, batch.Count, typeof(TDbContext).Name);
            }

            return false;
        }
    }

    private async Task PauseAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, clock, _stopping.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Stopping: whatever is collected is deleted now.
        }
    }
}
