using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>
/// Rows of messages that were sent after their commit and are known not to be confirmed. The dispatcher need not wait
/// for the end of the time that they have to be.
/// </summary>
/// <remarks>In memory alone: rows that are forgotten are due at the end of that time.</remarks>
internal sealed class UnconfirmedMessages<TDbContext>(OutboxWakeSignal<TDbContext> signal)
    where TDbContext : DbContext
{
    private readonly ConcurrentQueue<long> _numbers = new();

    /// <summary>Adds rows, and wakes the dispatcher.</summary>
    public void Add(IReadOnlyCollection<long> sequenceNumbers)
    {
        if (sequenceNumbers.Count == 0)
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
