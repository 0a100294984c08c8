namespace Sagas.Orchestration.Resilience;

/// <summary>
/// Counts the calls of the last while, in thirty parts: a call is forgotten as soon as its part leaves the window, up
/// to a thirtieth of the window early.
/// </summary>
internal sealed class CallWindow(TimeSpan length)
{
    private const int Parts = 30;

    private readonly long _ticksOfPart = length.Ticks / Parts;
    private readonly Part[] _parts = new Part[Parts];

    /// <summary>Counts a call.</summary>
    public void Add(TimeSpan now, bool hasFailed)
    {
        var number = now.Ticks / _ticksOfPart;
        ref var part = ref _parts[number % Parts];
        if (part.Number != number)
        {
            part = new Part { Number = number };
        }

        part.Calls++;
        part.Failures += hasFailed ? 1 : 0;
    }

    /// <summary>How many calls there were, and how many of them failed.</summary>
    public (int Calls, int Failures) Count(TimeSpan now)
    {
        var first = (now.Ticks / _ticksOfPart) - Parts + 1;
        var (calls, failures) = (0, 0);
        foreach (var part in _parts)
        {
            if (part.Number >= first)
            {
                calls += part.Calls;
                failures += part.Failures;
            }
        }

        return (calls, failures);
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => Array.Clear(_parts);

    private struct Part
    {
        public long Number;
        public int Calls;
        public int Failures;
    }
}
