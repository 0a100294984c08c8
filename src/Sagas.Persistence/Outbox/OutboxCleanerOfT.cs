using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Sagas.Persistence;

/// <summary>
/// The cleaner of one context. A deletion that fails is repeated until the host stops; what is left then, the
/// dispatcher sends once more.
/// </summary>
internal sealed class OutboxCleaner<TDbContext>(
    OutboxStore<TDbContext> store,
    OutboxSettings<TDbContext> settings,
    DatabaseWatch<TDbContext> watch,
    TimeProvider clock,
    ILogger<OutboxCleaner<TDbContext>> logger) : OutboxCleaner(new ConfirmedRows(clock)), IDisposable
    where TDbContext : DbContext
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stopping = new();
    private Task _work = Task.CompletedTask;

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
        while (await Confirmed.WaitToReadAsync(CancellationToken.None))
        {
            await PauseAsync(settings.Options.CleanupDelay);
            while (batch.Count < BatchSize && Confirmed.TryRead(out var number))
            {
                batch.Add(number);
            }

            while (batch.Count > 0 && !await TryDeleteAsync(batch))
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                await PauseAsync(RepeatDelay);
            }
        }
    }

    private async Task<bool> TryDeleteAsync(List<long> batch)
    {
        try
        {
            await store.DeleteAsync(batch, CancellationToken.None);
            Deleted(batch);
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
