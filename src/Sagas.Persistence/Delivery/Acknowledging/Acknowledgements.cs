namespace Sagas.Persistence.Delivery.Acknowledging;

/// <summary>
/// Acknowledges the deliveries of a channel together: those that are done at the same moment with as few frames as can
/// be. A channel numbers its deliveries from 1, so that one frame stands for all up to a number when none before it is
/// missing.
/// </summary>
/// <param name="acknowledge">
/// Acknowledges a delivery, or with <see langword="true"/> all up to it. Never called twice at a time: what overtook
/// another would name a delivery that the broker no longer waits for, and end the channel.
/// </param>
/// <param name="clock">The clock.</param>
internal sealed class Acknowledgements(Func<ulong, bool, ValueTask> acknowledge, TimeProvider clock)
{
    /// <summary>For how long a delivery that is done waits for those before it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();

    // Those that are done or given back while one before them is not.
    private readonly HashSet<ulong> _ahead = [];

    private List<Unacknowledged> _done = [];
    private ulong _through;
    private bool _isRunning;

    /// <summary>Acknowledges a delivery, together with others that are done by then.</summary>
    /// <returns>Ends when the acknowledgement is on its way, and fails where it cannot be sent.</returns>
    public Task AddAsync(ulong number)
    {
        var delivery = new Unacknowledged(number);
        lock (_lock)
        {
            _done.Add(delivery);
            _ahead.Add(number);
            if (!_isRunning)
            {
                _isRunning = true;

                // Behind what is ready to run now, which has more of them.
                ThreadPool.UnsafeQueueUserWorkItem(static all => _ = all.RunAsync(), this, preferLocal: false);
            }
        }

        return delivery.Sent.Task;
    }

    /// <summary>
    /// Takes in that a delivery has been given back. Not before the broker knows, which would take it for done.
    /// </summary>
    public void Skip(ulong number)
    {
        lock (_lock)
        {
            _ahead.Add(number);
        }
    }

    private async Task RunAsync()
    {
        List<Unacknowledged> early = [];
        while (true)
        {
            var (done, through) = Take();
            Unacknowledged[] together = [.. early.Concat(done).Where(delivery => delivery.Number <= through)];
            if (together.Length > 0)
            {
                await SendAsync(together.Max(delivery => delivery.Number), true, together);
            }

            foreach (var delivery in early.Where(delivery => delivery.Number > through))
            {
                await SendAsync(delivery.Number, false, delivery);
            }

            early = [.. done.Where(delivery => delivery.Number > through)];
            if (early.Count > 0)
            {
                await Task.Delay(Patience, clock);
            }
            else if (IsIdle())
            {
                return;
            }
            else
            {
                await Task.Yield();
            }
        }
    }

    private async Task SendAsync(ulong number, bool multiple, params Unacknowledged[] deliveries)
    {
        try
        {
            await acknowledge(number, multiple);
            Array.ForEach(deliveries, delivery => delivery.Sent.SetResult());
        }
        catch (Exception exception)
        {
            Array.ForEach(deliveries, delivery => delivery.Sent.SetException(exception));
        }
    }

    private (List<Unacknowledged> Done, ulong Through) Take()
    {
        lock (_lock)
        {
            while (_ahead.Remove(_through + 1))
            {
                _through++;
            }

            var done = _done;
            _done = [];
            return (done, _through);
        }
    }

    private bool IsIdle()
    {
        lock (_lock)
        {
            _isRunning = _done.Count > 0;
            return !_isRunning;
        }
    }

    private sealed record Unacknowledged(ulong Number)
    {
        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
