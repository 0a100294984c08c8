using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Access;

namespace Sagas.Dashboard.Api;

/// <summary>Counts the live feeds that are open, and those of each caller: of a key or token at an address.</summary>
internal sealed class FeedPlaces(IOptions<ApiOptions> options)
{
    private readonly CallerPlaces<(string?, IPAddress?)> _callers = new(options.Value.MaxFeedsPerCaller);
    private int _taken;

    /// <summary>Takes a place for a feed; to be disposed of at its end.</summary>
    /// <exception cref="ProblemException">All places are taken, or all of the caller's.</exception>
    public IDisposable Take(HttpContext context)
    {
        var address = CallerAddress.Of(context) is { } known ? CallerNetwork.Of(known) : null;
        var own = _callers.TryTake((context.User.Identity?.Name, address))
            ?? throw new ProblemException(Problems.TooManyFeedsOfCaller(options.Value));
        if (Interlocked.Increment(ref _taken) <= options.Value.MaxFeeds)
        {
            return new Place(this, own);
        }

        Interlocked.Decrement(ref _taken);
        own.Dispose();
        throw new ProblemException(Problems.TooManyFeeds(options.Value));
    }

    private sealed class Place(FeedPlaces places, IDisposable own) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref places._taken);
            own.Dispose();
        }
    }
}
