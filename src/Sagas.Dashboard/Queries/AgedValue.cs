namespace Sagas.Dashboard.Queries;

/// <summary>
/// Keeps a value for a while: however many ask, it is read once in that time. What takes long to read is kept longer,
/// so that no more than a twentieth of the time is spent with it.
/// </summary>
internal sealed class AgedValue<T>(TimeProvider clock) : IDisposable
    where T : class
{
    private const int Share = 20;

    private readonly SemaphoreSlim _gate = new(1);
    private T? _last;
    private long _readAt;
    private TimeSpan _keptFor;

    /// <summary>The value, or what it was a moment ago.</summary>
    /// <param name="age">How old it may be; with zero it is read each time.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="stop">Stops it.</param>
    public async Task<T> ReadAsync(TimeSpan age, Func<CancellationToken, Task<T>> read, CancellationToken stop)
    {
        await _gate.WaitAsync(stop);
        try
        {
            if (_last is null || clock.GetElapsedTime(_readAt) >= _keptFor)
            {
                var start = clock.GetTimestamp();
                _last = await read(stop);
                var enough = clock.GetElapsedTime(start) * Share;
                (_readAt, _keptFor) = (start, age > TimeSpan.Zero && enough > age ? enough : age);
            }

            return _last;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
