namespace Sagas.Dashboard.Access;

/// <summary>Counts what each caller holds at once: connections, requests, live feeds.</summary>
/// <param name="limit">How much that may be; 0 for any number.</param>
internal sealed class CallerPlaces<TCaller>(int limit)
    where TCaller : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TCaller, int> _taken = [];

    /// <summary>Takes a place, which is given back by its disposal.</summary>
    /// <returns><see langword="null"/> if the caller holds as many as it may.</returns>
    public IDisposable? TryTake(TCaller caller)
    {
        lock (_lock)
        {
            var taken = _taken.GetValueOrDefault(caller);
            if (limit > 0 && taken >= limit)
            {
                return null;
            }

            _taken[caller] = taken + 1;
            return new Place(this, caller);
        }
    }

    private void GiveBack(TCaller caller)
    {
        lock (_lock)
        {
            // Callers that hold nothing are forgotten.
            if (--_taken[caller] == 0)
            {
                _taken.Remove(caller);
            }
        }
    }

    private sealed class Place(CallerPlaces<TCaller> places, TCaller caller) : IDisposable
    {
        private int _isGivenBack;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
            {
                places.GiveBack(caller);
            }
        }
    }
}
