namespace Sagas.Persistence.Configuration;

/// <summary>Lets one of many through in a time, and counts the others.</summary>
internal sealed class OnceInAWhile(TimeProvider clock, TimeSpan pause)
{
    private readonly Lock _lock = new();
    private long? _last;
    private long _others;

    /// <summary>Takes in one.</summary>
    /// <returns>
    /// How many came since the last one that was let through, this one included; <see langword="null"/> if it is not.
    /// </returns>
    public long? Take()
    {
        lock (_lock)
        {
            if (_last is { } last && clock.GetElapsedTime(last) < pause)
            {
                _others++;
                return null;
            }

            var count = _others + 1;
            (_others, _last) = (0, clock.GetTimestamp());
            return count;
        }
    }
}
