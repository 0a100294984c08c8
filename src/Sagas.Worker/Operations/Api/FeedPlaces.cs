using Microsoft.Extensions.Options;

namespace Sagas.Worker.Operations.Api;

/// <summary>Counts the live feeds that are open.</summary>
internal sealed class FeedPlaces(IOptions<ApiOptions> options)
{
    private int _taken;

    /// <summary>Takes a place for a feed; to be disposed of at its end.</summary>
    /// <exception cref="ProblemException">All places are taken.</exception>
    public IDisposable Take()
    {
        if (Interlocked.Increment(ref _taken) <= options.Value.MaxFeeds)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _taken);
        throw new ProblemException(Problems.TooManyFeeds(options.Value));
    }

    private sealed class Place(FeedPlaces places) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref places._taken);
    }
}
