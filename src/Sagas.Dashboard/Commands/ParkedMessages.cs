using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Commands;

/// <summary>
/// Steers the messages that the outbox has parked. Every action is recorded with who and why, in one transaction with
/// it: in <c>operator_action</c>, and in the history of the saga that the message belongs to.
/// </summary>
internal sealed class ParkedMessages(
    Database<SagaStoreDbContext> database, OperatorActions actions,
    [SagaClock] TimeProvider clock, ILogger<ParkedMessages> logger)
{
    /// <summary>Has a message sent again, with a full set of attempts.</summary>
    /// <returns>Whether it was there, and parked.</returns>
    public async Task<bool> RetryAsync(long number, string @operator, string reason, CancellationToken stop)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var isDone = await ChangeAsync(
            number,
            parked => parked.ExecuteUpdateAsync(
                x => x.SetProperty(row => row.ParkedAt, (DateTime?)null)
                    .SetProperty(row => row.Attempts, 0)
                    .SetProperty(row => row.NextTryAt, now),
                stop),
            new Act(OperatorActions.MessageRetried, @operator, reason),
            stop);
        if (isDone)
        {
            logger.ParkedMessageRetried(number, @operator, reason);
        }

        return isDone;
    }

    /// <summary>Deletes a message for good.</summary>
    /// <returns>Whether it was there, and parked.</returns>
    public async Task<bool> DiscardAsync(long number, string @operator, string reason, CancellationToken stop)
    {
        var isDone = await ChangeAsync(
            number,
            parked => parked.ExecuteDeleteAsync(stop),
            new Act(OperatorActions.MessageDiscarded, @operator, reason),
            stop);
        if (isDone)
        {
            logger.ParkedMessageDiscarded(number, @operator, reason);
        }

        return isDone;
    }

    private Task<bool> ChangeAsync(
        long number,
        Func<IQueryable<OutboxMessage>, Task<int>> change,
        Act act,
        CancellationToken stop) => database.WriteAsync(
        async session =>
        {
            var context = session.Context;
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            var parked = context.Set<OutboxMessage>().Where(x => x.SequenceNumber == number && x.ParkedAt != null);
            var message = await parked.Select(x => new { x.CorrelationId, x.MessageType, x.DestinationAddress })
                .SingleOrDefaultAsync(stop);
            if (message is null || await change(parked) == 0)
            {
                return false;
            }

            actions.Add(
                context,
                act.Name,
                $"{number}: {message.MessageType} to {message.DestinationAddress}",
                message.CorrelationId,
                act.Operator,
                act.Reason);
            if (message.CorrelationId is { } saga)
            {
                await AddToHistoryAsync(context, saga, number, act, stop);
            }

            await context.SaveChangesAsync(stop);
            await transaction.CommitAsync(stop);
            return true;
        },
        stop);

    private async Task AddToHistoryAsync(DbContext context, Guid saga, long number, Act act, CancellationToken stop)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var row = context.Set<SagaState>().Where(x => x.CorrelationId == saga);

        // The saga's row stays locked, so that no delivery takes the same number of its history.
        var isThere = await row.ExecuteUpdateAsync(
            x => x.SetProperty(state => state.HistorySequence, state => state.HistorySequence + 1)
                .SetProperty(state => state.RowVersion, state => state.RowVersion + 1)
                .SetProperty(state => state.UpdatedAt, now),
            stop) > 0;
        if (isThere)
        {
            context.Add(new SagaHistoryEntry
            {
                SagaId = saga,
                Sequence = await row.Select(x => x.HistorySequence).SingleAsync(stop),
                Time = now,
                Event = act.Name,
                Detail = JsonSerializer.Serialize(
                    new { act.Operator, act.Reason, Message = number }, JsonSerializerOptions.Web),
            });
        }
    }

    private sealed record Act(string Name, string Operator, string Reason);
}
