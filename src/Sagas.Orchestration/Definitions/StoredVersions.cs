using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Definitions;

/// <summary>
/// Which versions of which definitions sagas start on, as the store has them: what all workers agree on. Read anew when
/// it is older than a moment, or when something is asked for that is not among them.
/// </summary>
internal sealed class StoredVersions(IDefinitionStore store, TimeProvider time, TimeSpan freshness)
{
    private Reading? _reading;
    private int _isReading;

    /// <summary>The versions that were there when they were last read, the withdrawn ones included.</summary>
    public IEnumerable<StoredVersion> Known => _reading?.Versions.SelectMany(x => x) ?? [];

    /// <summary>Has them read anew: this worker has changed them.</summary>
    public void Forget() => _reading = null;

    /// <summary>The versions of a name.</summary>
    public async ValueTask<IEnumerable<StoredVersion>> FindAsync(
        string name, int? version, CancellationToken cancellationToken)
    {
        // While one reads, the others go on with what was there before, if that has what they ask for.
        if (_reading is { } last
            && last.Versions[name].Any(x => version is null || x.Version == version)
            && (IsFresh(last) || Interlocked.Exchange(ref _isReading, 1) == 1))
        {
            return last.Versions[name];
        }

        try
        {
            var at = time.GetTimestamp();
            var versions = await store.GetVersionsAsync(cancellationToken);
            var reading = new Reading(versions.ToLookup(x => x.Name, StringComparer.Ordinal), at);
            _reading = reading;
            return reading.Versions[name];
        }
        finally
        {
            Volatile.Write(ref _isReading, 0);
        }
    }

    private bool IsFresh(Reading reading) =>
        freshness > TimeSpan.Zero && time.GetElapsedTime(reading.At) < freshness;

    private sealed record Reading(ILookup<string, StoredVersion> Versions, long At);
}

/// <summary>How old the list of stored versions may be when a start names none. A second, but in tests.</summary>
/// <param name="Age">The age.</param>
internal sealed record StoredVersionsFreshness(TimeSpan Age);
