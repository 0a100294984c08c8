using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Queries;

/// <summary>
/// Counts the sagas, for the API and the page. However many ask, the database is asked at most once in
/// <see cref="ApiOptions.CountsAge"/>, and does not spend more than a twentieth of its time with it.
/// </summary>
internal sealed class CountQueries(
    Database<SagaStoreDbContext> database, IOptions<ApiOptions> options, [SagaClock] TimeProvider clock) : IDisposable
{
    private readonly AgedValue<SagaCounts> _counts = new(clock);

    /// <summary>How many sagas there are, or were a moment ago.</summary>
    public Task<SagaCounts> ReadAsync(CancellationToken stop) =>
        _counts.ReadAsync(options.Value.CountsAge, x => CountAsync(clock.GetUtcNow(), x), stop);

    public void Dispose() => _counts.Dispose();

    private Task<SagaCounts> CountAsync(DateTimeOffset now, CancellationToken stop) => database.ReadAsync(
        async session =>
        {
            var groups = await session.Context.Set<SagaState>()
                .GroupBy(x => new { x.Name, x.State })
                .Select(x => new { x.Key.Name, x.Key.State, Count = x.LongCount() })
                .ToListAsync(stop);
            return new SagaCounts
            {
                AsOf = now,
                Total = groups.Sum(x => x.Count),
                ByState = SagaStates.All.ToDictionary(
                    x => x, x => groups.Where(group => group.State == x).Sum(group => group.Count)),
                ByName = groups.GroupBy(x => x.Name).OrderBy(x => x.Key, StringComparer.Ordinal).ToDictionary(
                    x => x.Key,
                    IReadOnlyDictionary<string, long> (x) => x.ToDictionary(
                        group => group.State, group => group.Count)),
            };
        },
        stop);
}
