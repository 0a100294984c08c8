using System.Threading.RateLimiting;

namespace Sagas.Orchestration.Resilience;

/// <summary>
/// The room that one destination has: so many calls at once and so many in line, over so many connections.
/// </summary>
internal sealed class Bulkhead(string destination, BulkheadOptions options) : IDisposable
{
    public string Destination => destination;

    /// <summary>The calls under way, and those in line.</summary>
    public ConcurrencyLimiter Calls { get; } = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.ConcurrentCalls,
        QueueLimit = options.WaitingCalls,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>
    /// The connections. Whoever waits here has a place among the calls, so that there are never many.
    /// </summary>
    public ConcurrencyLimiter Connections { get; } = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.ConnectionsPerRoute,
        QueueLimit = options.ConcurrentCalls,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public void Dispose()
    {
        Calls.Dispose();
        Connections.Dispose();
    }
}
