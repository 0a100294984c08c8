using Microsoft.Extensions.Logging;

namespace Sagas.Persistence.Configuration;

/// <summary>Every log message of the project.</summary>
internal static partial class PersistenceLog
{
    [LoggerMessage(
        EventId = 1001,
        Level = LogLevel.Warning,
        Message = "Message {MessageId} to {Destination} is committed but was not confirmed; the dispatcher sends it "
            + "again.")]
    public static partial void DirectSendFailed(
        ILogger logger, Exception exception, Guid messageId, string destination);

    [LoggerMessage(
        EventId = 1002,
        Level = LogLevel.Warning,
        Message = "{Count} rows of sent messages could not be deleted from the outbox of {Context}; repeating.")]
    public static partial void OutboxDeletionFailed(ILogger logger, Exception exception, int count, string context);

    [LoggerMessage(
        EventId = 1003,
        Level = LogLevel.Warning,
        Message = "Stopping without having deleted every sent message from the outbox of {Context}; some will be sent "
            + "twice.")]
    public static partial void OutboxNotFlushed(ILogger logger, string context);

    [LoggerMessage(
        EventId = 1004,
        Level = LogLevel.Error,
        Message = "Message {MessageId} to {Destination} failed {Attempts} times and is parked: set parked_at to null "
            + "in outbox_message, row {SequenceNumber}, to have it tried again.")]
    public static partial void MessageParked(
        ILogger logger, Exception exception, Guid messageId, string destination, int attempts, long sequenceNumber);

    [LoggerMessage(
        EventId = 1005,
        Level = LogLevel.Warning,
        Message = "Message {MessageId} to {Destination} failed, attempt {Attempt}; next one in {Delay}.")]
    public static partial void MessageFailed(
        ILogger logger, Exception exception, Guid messageId, string destination, int attempt, TimeSpan delay);

    [LoggerMessage(
        EventId = 1006,
        Level = LogLevel.Error,
        Message = "The database of {Context} fails: {Reason}. What needs it waits, and goes on by itself.")]
    public static partial void DatabaseFails(ILogger logger, string context, string reason);

    [LoggerMessage(
        EventId = 1007,
        Level = LogLevel.Information,
        Message = "The database of {Context} works again; {Count} attempts had failed over {Elapsed}.")]
    public static partial void DatabaseWorks(ILogger logger, string context, int count, TimeSpan elapsed);

    [LoggerMessage(
        EventId = 1008,
        Level = LogLevel.Warning,
        Message = "The outbox of {Context} waits for the broker; attempts do not count until it is back.")]
    public static partial void OutboxWaitsForBroker(ILogger logger, string context);

    [LoggerMessage(
        EventId = 1009,
        Level = LogLevel.Information,
        Message = "The outbox of {Context} has the broker back.")]
    public static partial void OutboxHasBrokerBack(ILogger logger, string context);

    [LoggerMessage(
        EventId = 1010,
        Level = LogLevel.Warning,
        Message = "Old rows of {Context} could not be deleted; repeating in {Delay}.")]
    public static partial void CleanupFailed(ILogger logger, Exception exception, string context, TimeSpan delay);

    [LoggerMessage(
        EventId = 1011,
        Level = LogLevel.Error,
        Message = "The outbox of {Context} could not be dispatched; repeating in {Delay}.")]
    public static partial void DispatchFailed(ILogger logger, Exception exception, string context, TimeSpan delay);

    [LoggerMessage(
        EventId = 1012,
        Level = LogLevel.Warning,
        Message = "Messages of {Context} that follow others could not be looked after; "
            + "the dispatcher has them in the end.")]
    public static partial void FollowersNotSent(ILogger logger, Exception exception, string context);

    [LoggerMessage(
        EventId = 1013,
        Level = LogLevel.Warning,
        Message = "An old row of {Table} cannot be deleted and is passed over; the others are deleted.")]
    public static partial void RowNotDeleted(ILogger logger, Exception exception, string table);

    [LoggerMessage(
        EventId = 1014,
        Level = LogLevel.Error,
        Message = "The database of {Context} fails for another reason now: {Reason}.")]
    public static partial void DatabaseFailsOtherwise(ILogger logger, string context, string reason);

    [LoggerMessage(
        EventId = 1015,
        Level = LogLevel.Debug,
        Message = "An attempt on the database of {Context} failed, and is made again.")]
    public static partial void DatabaseAttemptFailed(ILogger logger, Exception exception, string context);

    [LoggerMessage(
        EventId = 1016,
        Level = LogLevel.Debug,
        Message = "The idle sessions to the database of {Context} are closed: one of them was stale.")]
    public static partial void PoolCleared(ILogger logger, string context);

    [LoggerMessage(
        EventId = 1017,
        Level = LogLevel.Debug,
        Message = "The pool of {Context} could not be cleared.")]
    public static partial void PoolNotCleared(ILogger logger, Exception exception, string context);

    [LoggerMessage(
        EventId = 1020,
        Level = LogLevel.Warning,
        Message = "Waiting for the database at {Database}: {Reason}")]
    public static partial void WaitingForDatabase(ILogger logger, string database, string reason);

    [LoggerMessage(
        EventId = 1021,
        Level = LogLevel.Information,
        Message = "The database at {Database} is there after {Elapsed}.")]
    public static partial void DatabaseIsThere(ILogger logger, string database, TimeSpan elapsed);

    [LoggerMessage(
        EventId = 1022,
        Level = LogLevel.Information,
        Message = "The tables of {Database} are up to date ({Count} migrations applied).")]
    public static partial void Migrated(ILogger logger, string database, int count);

    [LoggerMessage(
        EventId = 1023,
        Level = LogLevel.Warning,
        Message = "Waiting for the migration lock of {Database}, which {Holder} holds. It may be migrating; if it hangs, "
            + "end it with pg_terminate_backend.")]
    public static partial void WaitingForMigrationLock(ILogger logger, string database, string holder);

    [LoggerMessage(
        EventId = 1024,
        Level = LogLevel.Information,
        Message = "A connection pooler is in front of {Database}: statements are not prepared.")]
    public static partial void PoolerFound(ILogger logger, string database);

    [LoggerMessage(
        EventId = 1025,
        Level = LogLevel.Information,
        Message = "A newer worker made the tables of {Database} (its last change: {Migration}), and allows this one to "
            + "run on them.")]
    public static partial void TablesAreNewer(ILogger logger, string database, string migration);

    [LoggerMessage(
        EventId = 1030,
        Level = LogLevel.Information,
        Message = "Retention deleted {Sagas} finished sagas, "
            + "{Keys} expired idempotency keys and {Actions} operators' actions.")]
    public static partial void RetentionDeleted(ILogger logger, int sagas, int keys, int actions);

    [LoggerMessage(
        EventId = 1031,
        Level = LogLevel.Error,
        Message = "Message {MessageId} to {Destination} was not sent, and is reported to its saga: {Reason}")]
    public static partial void MessageReported(
        ILogger logger, Guid messageId, string destination, string reason);

    [LoggerMessage(
        EventId = 1032,
        Level = LogLevel.Warning,
        Message = "Message {MessageId}, which is too large to be sent, could not be reported; trying again in {Delay}.")]
    public static partial void MessageNotReported(ILogger logger, Exception exception, Guid messageId, TimeSpan delay);

    [LoggerMessage(
        EventId = 1033,
        Level = LogLevel.Warning,
        Message = "The outbox's tables in the model of {Context} were not checked: no context could be had at the start.")]
    public static partial void OutboxModelNotChecked(ILogger logger, Exception exception, string context);
}
