using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

/// <summary>Reads what the tables hold, in one query that touches only what has not ended.</summary>
public sealed class StoreStatistics
{
    private readonly Database<SagaStoreDbContext> _database;
    private readonly TimeProvider _clock;

    internal StoreStatistics(Database<SagaStoreDbContext> database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
    }

    /// <summary>What the tables hold now.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<StoreFigures> ReadAsync(CancellationToken cancellationToken)
    {
        return _database.ReadAsync(session => ReadAsync(session, cancellationToken), cancellationToken);
    }

    private async Task<StoreFigures> ReadAsync(DatabaseSession session, CancellationToken cancellationToken)
    {
        var (saga, outbox) = (session.Map<SagaState>(), session.Map<OutboxMessage>());
        var state = saga.Column(nameof(SagaState.State)).SqlName;
        var due = saga.Column(nameof(SagaState.DueAt)).SqlName;
        var attempts = outbox.Column(nameof(OutboxMessage.Attempts)).SqlName;
        var enqueued = outbox.Column(nameof(OutboxMessage.EnqueuedAt)).SqlName;
        var nextTry = outbox.Column(nameof(OutboxMessage.NextTryAt)).SqlName;
        var parked = outbox.Column(nameof(OutboxMessage.ParkedAt)).SqlName;
        var now = _clock.GetUtcNow().UtcDateTime;

        // A message that is to go later is not late, and one that was just written goes out by itself.
        await using var command = session.Command(
            $"""
            SELECT 'open', {state}, count(*), NULL FROM {saga.Table}
            WHERE {state} IN ('Running', 'Compensating', 'Suspended') GROUP BY {state}
            UNION ALL SELECT 'due', NULL, count(*), min({due}) FROM {saga.Table} AS saga
            WHERE {due} <= $1 AND {UndecidedSql.IsDecidable(session)}
            UNION ALL SELECT 'waiting', NULL, count(*),
                min(CASE WHEN {attempts} > 0 THEN {enqueued} WHEN {nextTry} <= $1 THEN {nextTry} END)
            FROM {outbox.Table} WHERE {parked} IS NULL
            UNION ALL SELECT 'parked', NULL, count(*), NULL FROM {outbox.Table} WHERE {parked} IS NOT NULL
            UNION ALL SELECT 'undecided', NULL, count(*), NULL
            FROM {session.Map<UndecidedSaga>().Table} AS undecided
            WHERE row_version = {UndecidedSql.CurrentVersion(session)}
            """,
            now);
        var open = new Dictionary<string, long>();
        var figures = new StoreFigures { OpenSagas = open };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (count, age) = (reader.GetInt64(2), reader.IsDBNull(3) ? TimeSpan.Zero : Age(reader.GetDateTime(3)));
            switch (reader.GetString(0))
            {
                case "open":
                    open.Add(reader.GetString(1), count);
                    break;
                case "due":
                    figures = figures with { DueLag = age };
                    break;
                case "waiting":
                    figures = figures with { OutboxMessages = count, OutboxAge = age };
                    break;
                case "undecided":
                    figures = figures with { UndecidedSagas = count };
                    break;
                default:
                    figures = figures with { ParkedMessages = count };
                    break;
            }
        }

        return figures;

        TimeSpan Age(DateTime instant) => now > instant ? now - instant : TimeSpan.Zero;
    }
}
