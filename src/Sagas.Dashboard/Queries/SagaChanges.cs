using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Queries;

/// <summary>
/// Follows the sagas' changes, whichever worker makes them, for the live feed and the page. It looks at what was
/// updated last. A change may be committed after one that is dated later, so that it looks a while back each time, as
/// far as one reading goes, and passes over what it has told already.
/// </summary>
internal sealed class SagaChanges(
    Database<SagaStoreDbContext> database, IOptions<ApiOptions> options, [SagaClock] TimeProvider clock)
{
    /// <summary>For how long a transaction may be on its way from its date to its commit.</summary>
    internal static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private const int MostAtOnce = 500;

    /// <summary>Where a follower begins that wants to hear of nothing that was before.</summary>
    public DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>
    /// The changes from an instant on, as they come, once an interval; a batch without changes says that there were
    /// none, one that is incomplete that there were too many to tell. A saga that has changed several times is told of
    /// as it is now.
    /// </summary>
    /// <param name="from">Since when (UTC). Changes shortly before it may be told again.</param>
    /// <param name="stop">Ends it.</param>
    public async IAsyncEnumerable<SagaChangeBatch> FollowAsync(
        DateTime from, [EnumeratorCancellation] CancellationToken stop)
    {
        var told = new Dictionary<Guid, SagaState>();
        using var timer = new PeriodicTimer(options.Value.FeedInterval, clock);
        do
        {
            var rows = await ReadAsync(from - Overlap, stop);
            if (rows.Count == MostAtOnce && rows[^1].UpdatedAt > from)
            {
                (from, told) = (rows[0].UpdatedAt, rows.ToDictionary(x => x.CorrelationId));
                yield return new SagaChangeBatch([], from, IsComplete: false);
                continue;
            }

            SagaState[] news = [.. rows.Where(x => IsNews(told, x)).Reverse()];
            foreach (var row in news)
            {
                told[row.CorrelationId] = row;
            }

            from = rows.Count > 0 && rows[0].UpdatedAt > from ? rows[0].UpdatedAt : from;
            foreach (var old in told.Values.Where(x => x.UpdatedAt < from - Overlap).ToArray())
            {
                told.Remove(old.CorrelationId);
            }

            yield return new SagaChangeBatch([.. news.Select(SagaViews.Summary)], from, IsComplete: true);
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private static bool IsNews(Dictionary<Guid, SagaState> told, SagaState row) =>
        !told.TryGetValue(row.CorrelationId, out var known) || known.RowVersion < row.RowVersion;

    private Task<List<SagaState>> ReadAsync(DateTime from, CancellationToken stop) => database.ReadAsync(
        session => session.Context.Set<SagaState>().AsNoTracking()
            .Where(x => x.UpdatedAt >= from)
            .OrderByDescending(x => x.UpdatedAt)
            .Take(MostAtOnce)
            .Summarized()
            .ToListAsync(stop),
        stop);
}
