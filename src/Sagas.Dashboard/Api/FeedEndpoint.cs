using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Access;
using Sagas.Dashboard.Queries;
using Sagas.Persistence.Clock;

namespace Sagas.Dashboard.Api;

/// <summary>The live feed: what happens to the sagas, as it happens, as server-sent events.</summary>
internal static class FeedEndpoint
{
    /// <summary>An event whose data is a saga's summary, as in a list.</summary>
    public const string Changed = "saga";

    /// <summary>An event that says that more has changed than was told: what is shown is to be read anew.</summary>
    public const string Reset = "reset";

    private static readonly TimeSpan LongestFeed = TimeSpan.FromDays(1);

    public static void MapFeed(this IEndpointRouteBuilder api) => api.MapGet("/feed", FollowAsync)
        .WithTags("Overview")
        .WithName("FollowSagas")
        .WithSummary("Every saga that changes, from now on or from Last-Event-ID on, as server-sent events.")
        .WithHeader("Last-Event-ID", "The id of the last event that was received.")
        .Produces<SagaSummary>(StatusCodes.Status200OK, "text/event-stream")
        .WithProblems(400, 503)
        .DisableRequestTimeout()
        .RequireAuthorization(ApiAccess.Read);

    private static async Task FollowAsync(
        HttpContext context,
        SagaChanges changes,
        FeedPlaces places,
        EndedSessions ended,
        IOptions<ApiOptions> options,
        [SagaClock] TimeProvider clock,
        IHostApplicationLifetime lifetime)
    {
        using var place = places.Take(context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping);
        EndWithCredentials(context, stop, clock);
        var from = LastPlace(context.Request) ?? changes.Now;
        try
        {
            await using var batches = changes.FollowAsync(from, stop.Token).GetAsyncEnumerator(stop.Token);
            await ConnectAsync(batches, options.Value, clock, stop);
            await SendAsync(
                batches,
                new FeedWriter(context, options.Value.FeedMessageTimeout, clock),
                options.Value,
                () => IsSignedOutAsync(context, ended, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The listener went, or the worker stops.
        }
        catch (Exception) when (context.Response.HasStarted)
        {
            // The listener takes nothing, or the database is away. It comes back by itself, with its last place.
            context.Abort();
        }
    }

    /// <summary>A listener whose session or token is over comes back with a new one, or not at all.</summary>
    private static void EndWithCredentials(HttpContext context, CancellationTokenSource stop, TimeProvider clock)
    {
        var result = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult;
        if (result?.Properties?.ExpiresUtc is { } end)
        {
            // Of a token that is good for years, a timer could not be told.
            stop.CancelAfter(TimeSpan.FromTicks(Math.Clamp((end - clock.GetUtcNow()).Ticks, 0, LongestFeed.Ticks)));
        }
    }

    private static async Task<bool> IsSignedOutAsync(HttpContext context, EndedSessions ended, CancellationToken stop) =>
        Session.IdOf(context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties) is { } session
        && await ended.ContainAsync(session, stop);

    private static async Task ConnectAsync(
        IAsyncEnumerator<SagaChangeBatch> batches, ApiOptions options, TimeProvider clock, CancellationTokenSource stop)
    {
        Task first = batches.MoveNextAsync().AsTask();
        try
        {
            await first.WaitAsync(options.FeedConnectTimeout, clock);
        }
        catch (TimeoutException) when (!first.IsCompleted)
        {
            await stop.CancelAsync();
            await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new ProblemException(Problems.FeedTimeout(options));
        }
    }

    private static async Task SendAsync(
        IAsyncEnumerator<SagaChangeBatch> batches, FeedWriter feed, ApiOptions options, Func<Task<bool>> isSignedOut)
    {
        await feed.OpenAsync();
        do
        {
            var batch = batches.Current;
            foreach (var saga in batch.Sagas)
            {
                await feed.SendAsync(Changed, batch.Place, saga);
            }

            if (!batch.IsComplete)
            {
                await feed.SendAsync(Reset, batch.Place, new { });
            }
            else if (feed.Silence > options.FeedMessageTimeout / 2)
            {
                await feed.SendNothingAsync();
            }
        }
        while (await batches.MoveNextAsync() && !await isSignedOut());
    }

    private static DateTime? LastPlace(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        return text.Length == 0 ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                && ticks <= DateTime.MaxValue.Ticks && ticks > SagaChanges.Overlap.Ticks
                ? new DateTime(ticks, DateTimeKind.Utc)
                : throw new ProblemException(Problems.InvalidParameter(
                    "Last-Event-ID", $"'{Quoted.Of(text)}' is no id of an event of this feed."));
    }
}
