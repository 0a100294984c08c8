using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;

namespace Sagas.Worker.Operations.Queries;

/// <summary>Reads sagas, for the API and the page.</summary>
internal sealed class SagaQueries(Database<SagaStoreDbContext> database)
{
    /// <summary>A page of the sagas that the filter lets through.</summary>
    /// <exception cref="InvalidCursorException">The filter's cursor belongs to another list.</exception>
    public Task<Page<SagaSummary>> ListAsync(SagaFilter filter, CancellationToken stop) => database.ReadAsync(
        async session =>
        {
            var sagas = session.Context.Set<SagaState>().AsNoTracking();
            if (filter.States.Count > 0)
            {
                sagas = sagas.Where(x => filter.States.Contains(x.State));
            }

            if (filter.Name is { } name)
            {
                sagas = sagas.Where(x => x.Name == name);
            }

            if (filter.Cursor is { } text)
            {
                var cursor = SagaCursor.Parse(text, 1);
                sagas = sagas.Where(x => x.StartedAt <= cursor.At
                    && (x.StartedAt < cursor.At || x.CorrelationId.CompareTo(cursor.Id) < 0));
            }

            var rows = await sagas
                .OrderByDescending(x => x.StartedAt)
                .ThenByDescending(x => x.CorrelationId)
                .Take(filter.Limit + 1)
                .ToListAsync(stop);
            var next = rows.Count > filter.Limit
                ? new SagaCursor(0, rows[filter.Limit - 1].StartedAt, rows[filter.Limit - 1].CorrelationId).ToString()
                : null;
            return new Page<SagaSummary>([.. rows.Take(filter.Limit).Select(SagaViews.Summary)], next);
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
    public Task<Page<HistoryView>?> HistoryAsync(Guid id, int after, int limit, CancellationToken stop) => database.ReadAsync(
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
                ? rows[limit - 1].Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : null;
            return new Page<HistoryView>([.. rows.Take(limit).Select(SagaViews.History)], next);
        },
        stop);
}
