using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Queries;

/// <summary>Reads sagas, for the API and the page.</summary>
internal sealed class SagaQueries(Database<SagaStoreDbContext> database)
{
    /// <summary>A page of the sagas that the filter lets through.</summary>
    /// <exception cref="InvalidCursorException">The filter's cursor belongs to another list.</exception>
    public Task<Page<SagaSummary>> ListAsync(SagaFilter filter, CancellationToken stop) => database.ReadAsync(
        async session =>
        {
            var parts = SagaListPart.Of(filter.Sort);
            var cursor = filter.Cursor is { } text ? SagaCursor.Parse(text, parts.Count) : (SagaCursor?)null;
            var search = filter.Text is { } wanted ? TextSearch.Of(wanted) : null;
            var keyOwner = search is { Ids: null } ? await KeyOwnerAsync(session, search.Text, stop) : null;
            var rows = new List<(int Part, SagaState Row)>();
            for (var i = cursor?.Part ?? 0; i < parts.Count && rows.Count <= filter.Limit; i++)
            {
                if (filter.States.Count > 0 && !parts[i].States.Intersect(filter.States).Any())
                {
                    continue;
                }

                var sql = SagaListSql.Of(
                    session.Map<SagaState>().Table,
                    session.IsPostgres,
                    filter,
                    parts[i],
                    cursor?.Part == i ? cursor : null,
                    search,
                    keyOwner,
                    filter.Limit + 1 - rows.Count);
                var part = i;
                rows.AddRange((await ReadAsync(session, sql, parts[i], filter.Limit + 1 - rows.Count, stop))
                    .Select(x => (part, x)));
            }

            var next = rows.Count > filter.Limit ? CursorOf(parts, rows[filter.Limit - 1]) : null;
            return new Page<SagaSummary>([.. rows.Take(filter.Limit).Select(x => SagaViews.Summary(x.Row))], next);
        },
        stop);

    /// <summary>A saga, or <see langword="null"/>.</summary>
    public Task<SagaDetail?> FindAsync(Guid id, CancellationToken stop) => database.ReadAsync(
        async session => await session.Context.Set<SagaState>().AsNoTracking()
            .SingleOrDefaultAsync(x => x.CorrelationId == id, stop) is { } row ? SagaViews.Detail(row) : null,
        stop);

    /// <summary>A saga's history from one entry on, or <see langword="null"/> if there is no such saga.</summary>
    /// <param name="id">The saga.</param>
    /// <param name="after">The number of the last entry that is not wanted; 0 for all.</param>
    /// <param name="limit">How many entries at most.</param>
    /// <param name="stop">Stops it.</param>
    public Task<Page<HistoryView>?> HistoryAsync(
        Guid id, int after, int limit, CancellationToken stop) => database.ReadAsync(
        async session =>
        {
            var rows = await session.Context.Set<SagaHistoryEntry>().AsNoTracking()
                .Where(x => x.SagaId == id && x.Sequence > after)
                .OrderBy(x => x.Sequence)
                .Take(limit + 1)
                .ToListAsync(stop);
            if (rows.Count == 0 && !await session.Context.Set<SagaState>().AnyAsync(x => x.CorrelationId == id, stop))
            {
                return null;
            }

            var next = rows.Count > limit
                ? rows[limit - 1].Sequence.ToString(CultureInfo.InvariantCulture)
                : null;
            return new Page<HistoryView>([.. rows.Take(limit).Select(SagaViews.History)], next);
        },
        stop);

    private static Task<List<SagaState>> ReadAsync(
        DatabaseSession session, SagaListSql sql, SagaListPart part, int limit, CancellationToken stop)
    {
        var sagas = session.Context.Set<SagaState>().FromSqlRaw(sql.Text, sql.Values).AsNoTracking();
        var sorted = part.IsByDue
            ? sagas.OrderBy(x => x.DueAt).ThenBy(x => x.CorrelationId)
            : sagas.OrderByDescending(x => x.StartedAt).ThenByDescending(x => x.CorrelationId);
        return sorted.Take(limit).Summarized().ToListAsync(stop);
    }

    private static async Task<Guid?> KeyOwnerAsync(DatabaseSession session, string key, CancellationToken stop) =>
        await session.Context.Set<IdempotencyKeyRow>()
            .Where(x => x.Key == key)
            .Select(x => (Guid?)x.SagaId)
            .SingleOrDefaultAsync(stop);

    private static string CursorOf(IReadOnlyList<SagaListPart> parts, (int Part, SagaState Row) last) => new SagaCursor(
        last.Part,
        parts[last.Part].IsByDue ? last.Row.DueAt!.Value : last.Row.StartedAt,
        last.Row.CorrelationId).ToString();
}
