using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Clock;

namespace Sagas.Persistence.Outbox;

/// <summary>Wakes the dispatcher of this process before its next poll.</summary>
internal sealed class OutboxWakeSignal<TDbContext>([SagaClock] TimeProvider clock)
    where TDbContext : DbContext
{
    private TaskCompletionSource _signal = Create();

    public void Wake()
    {
        Volatile.Read(ref _signal).TrySetResult();
    }

    /// <summary>Waits for the next wake-up, or for the delay.</summary>
    public async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var elapsed = Task.Delay(delay, clock, timer.Token);
        await Task.WhenAny(Volatile.Read(ref _signal).Task, elapsed);
        await timer.CancelAsync();
        if (Volatile.Read(ref _signal).Task.IsCompleted)
        {
            Volatile.Write(ref _signal, Create());
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource Create()
    {
        return new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
