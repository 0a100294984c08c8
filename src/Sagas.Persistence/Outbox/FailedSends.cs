using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Rows of messages that were sent after their commit, and failed. The dispatcher need not wait for the end of the time
/// that they have to be confirmed.
/// </summary>
/// <remarks>In memory alone: rows that are forgotten are due at the end of that time.</remarks>
internal sealed class FailedSends<TDbContext>(
    OutboxSettings<TDbContext> settings,
    OutboxWakeSignal<TDbContext> signal)
    where TDbContext : DbContext
{
    private readonly ConcurrentQueue<long> _numbers = new();

    /// <summary>Adds rows, and wakes the dispatcher, if this process has one.</summary>
    public void Add(IReadOnlyCollection<long> sequenceNumbers)
    {
        if (sequenceNumbers.Count == 0 || !settings.Options.Dispatches)
        {
            return;
        }

        foreach (var number in sequenceNumbers)
        {
            _numbers.Enqueue(number);
        }

        signal.Wake();
    }

    /// <summary>Takes all that there are.</summary>
    public IReadOnlyCollection<long> Take()
    {
        var taken = new List<long>();
        while (_numbers.TryDequeue(out var number))
        {
            taken.Add(number);
        }

        return taken;
    }
}
