namespace Sagas.Persistence.Watchdog;

/// <summary>Which of many looks are worth their price: the first, the second, the fourth and so on, and then every 1,024th.</summary>
internal sealed class RareLooks
{
    private const long Longest = 1024;

    private long _count;

    /// <summary>Whether this look, one after the other, is to be had.</summary>
    public bool IsDue()
    {
        _count++;
        return _count < Longest ? long.IsPow2(_count) : _count % Longest == 0;
    }
}
