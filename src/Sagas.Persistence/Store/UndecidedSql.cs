using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Store;

/// <summary>Conditions on sagas that stand in the tables of what is undecided.</summary>
internal static class UndecidedSql
{
    /// <summary>What stands for the version of a saga's row where there is none.</summary>
    public const int NoSaga = -1;

    /// <summary>
    /// The condition that a saga has no row that counts, for a statement in which its table is named
    /// <c>saga</c>.
    /// </summary>
    /// <remarks>
    /// A subquery for each saga, and no join: the statement walks the index of what is due until it has enough, however
    /// few the planner believes to be in these tables.
    /// </remarks>
    public static string IsDecidable(DatabaseSession session)
    {
        var (saga, undecided) = (session.Map<SagaState>(), session.Map<UndecidedSaga>());
        return $"coalesce((SELECT undecided.row_version FROM {undecided.Table} AS undecided "
            + $"WHERE undecided.saga_id = saga.{saga.Key[0].SqlName}), {NoSaga}) <> saga.{saga.Version!.SqlName}";
    }

    /// <summary>The condition that no message waits for such a saga.</summary>
    public static string HasNoMessages(DatabaseSession session) =>
        $"(SELECT count(*) FROM {session.Map<UndecidedMessage>().Table} AS message "
        + $"WHERE message.saga_id = saga.{session.Map<SagaState>().Key[0].SqlName}) = 0";

    /// <summary>
    /// The condition that a message waits for a saga without a row, for a statement in which the table of messages is
    /// named <c>message</c>.
    /// </summary>
    public static string HasNoRow(DatabaseSession session) =>
        $"NOT EXISTS (SELECT 1 FROM {session.Map<UndecidedSaga>().Table} AS undecided "
        + "WHERE undecided.saga_id = message.saga_id)";

    /// <summary>
    /// The version that the row of a saga has now, -1 if there is none, for a statement in which the table of undecided
    /// sagas is named <c>undecided</c>.
    /// </summary>
    public static string CurrentVersion(DatabaseSession session)
    {
        var saga = session.Map<SagaState>();
        return $"coalesce((SELECT saga.{saga.Version!.SqlName} FROM {saga.Table} AS saga "
            + $"WHERE saga.{saga.Key[0].SqlName} = undecided.saga_id), {NoSaga})";
    }
}
