using System.Threading.RateLimiting;

namespace Sagas.Orchestration.Resilience;

/// <summary>The room that a call has in this process, or what it lacks.</summary>
internal sealed class Room : IDisposable
{
    private readonly List<IDisposable> _parts = [];

    /// <summary>
    /// What there was none of: one of <see cref="DeferralCodes"/>; <see langword="null"/> if nothing is lacking.
    /// </summary>
    public string? Lacks { get; set; }

    /// <summary>Adds a part.</summary>
    public void Add(IDisposable part) => _parts.Add(part);

    /// <summary>Adds a part, if it was to be had.</summary>
    public bool Add(RateLimitLease lease)
    {
        _parts.Add(lease);
        return lease.IsAcquired;
    }

    /// <summary>Gives all of it back, the last first.</summary>
    public void Dispose()
    {
        for (var index = _parts.Count - 1; index >= 0; index--)
        {
            _parts[index].Dispose();
        }

        _parts.Clear();
    }
}
