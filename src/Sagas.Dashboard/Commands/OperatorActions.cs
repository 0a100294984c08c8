using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Commands;

/// <summary>
/// Records what operators do to other things than sagas, with who and why, in <c>operator_action</c>.
/// </summary>
internal sealed class OperatorActions(Database<SagaStoreDbContext> database, [SagaClock] TimeProvider clock)
{
    /// <summary>
    /// The values of the column <c>action</c>; those of messages are events of their saga's history as well.
    /// </summary>
    public const string MessageRetried = "ParkedMessageRetried";

    /// <inheritdoc cref="MessageRetried" />
    public const string MessageDiscarded = "ParkedMessageDiscarded";

    /// <inheritdoc cref="MessageRetried" />
    public const string CircuitReset = nameof(CircuitReset);

    /// <inheritdoc cref="MessageRetried" />
    public const string DefinitionWithdrawn = nameof(DefinitionWithdrawn);

    /// <inheritdoc cref="MessageRetried" />
    public const string DefinitionRestored = nameof(DefinitionRestored);

    /// <summary>Records an action by itself.</summary>
    public Task<int> RecordAsync(
        string action, string target, string @operator, string reason, CancellationToken stop) =>
        database.WriteAsync(
            session =>
            {
                Add(session.Context, action, target, null, @operator, reason);
                return session.Context.SaveChangesAsync(stop);
            },
            stop);

    /// <summary>Records what was refused.</summary>
    public Task<int> AddAsync(OperatorAction refused, CancellationToken stop) => database.WriteAsync(
        session =>
        {
            session.Context.Add(refused);
            return session.Context.SaveChangesAsync(stop);
        },
        stop);

    /// <summary>Records an action with what else the context saves.</summary>
    public void Add(DbContext context, string action, string target, Guid? sagaId, string @operator, string reason) =>
        context.Add(new OperatorAction
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Time = clock.GetUtcNow().UtcDateTime,
            Operator = @operator,
            Action = action,
            Target = target,
            SagaId = sagaId,
            Reason = reason,
        });
}
