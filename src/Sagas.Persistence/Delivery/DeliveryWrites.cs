using MassTransit;

namespace Sagas.Persistence;

/// <summary>
/// What a delivery writes, as data: rows and messages. It says nothing about who writes them, so several deliveries may
/// share a transaction.
/// </summary>
internal sealed class DeliveryWrites
{
    private readonly Lock _lock = new();
    private readonly List<RowWrite> _rows = [];
    private readonly List<CapturedMessage> _messages = [];
    private readonly List<Action> _afterCommit = [];
    private readonly HashSet<long> _predecessors = [];

    public IReadOnlyList<CapturedMessage> Messages => _messages;

    /// <summary>The rows of messages that these must not overtake, as they were at the commit.</summary>
    public IReadOnlyCollection<long> Predecessors => _predecessors;

    public bool IsEmpty => _rows.Count == 0 && _messages.Count == 0;

    /// <summary>Whether a row count must be looked at before the commit.</summary>
    public bool NeedsVerification => _rows.Any(row => row.CheckVersion);

    /// <summary>What has been collected so far, for <see cref="ReturnTo"/>.</summary>
    public (int Rows, int Messages, int AfterCommit) Mark()
    {
        lock (_lock)
        {
            return (_rows.Count, _messages.Count, _afterCommit.Count);
        }
    }

    /// <summary>Drops what was collected since.</summary>
    public void ReturnTo((int Rows, int Messages, int AfterCommit) mark)
    {
        lock (_lock)
        {
            _afterCommit.RemoveRange(mark.AfterCommit, _afterCommit.Count - mark.AfterCommit);
            _rows.RemoveRange(mark.Rows, _rows.Count - mark.Rows);
            _messages.RemoveRange(mark.Messages, _messages.Count - mark.Messages);
        }
    }

    public void Add(RowWrite row)
    {
        lock (_lock)
        {
            _rows.Add(row);
        }
    }

    public void Add(CapturedMessage message)
    {
        lock (_lock)
        {
            _messages.Add(message);
        }
    }

    public void AfterCommit(Action action)
    {
        lock (_lock)
        {
            _afterCommit.Add(action);
        }
    }

    /// <summary>Does what was to be done once everything is written.</summary>
    public void RunAfterCommit()
    {
        _afterCommit.ForEach(action => action());
    }

    /// <summary>
    /// The statements that write everything: sagas first, then the queued rows by table, then the messages.
    /// </summary>
    public IReadOnlyList<SqlStatement> ToStatements(SqlDialect dialect, EntityMap? outbox)
    {
        var statements = new List<SqlStatement>();
        statements.AddRange(_rows.Where(row => row.SagaId is not null).Select(row => ToStatement(dialect, row)));
        foreach (var table in _rows.Where(row => row.SagaId is null).GroupBy(row => row.Map))
        {
            statements.AddRange(dialect.Insert(table.Key, [.. table.Select(row => row.Row)], null));
        }

        if (_messages.Count > 0)
        {
            statements.AddRange(_messages
                .Select(message => message.Row.OrderingKey)
                .OfType<Guid>()
                .Distinct()
                .Select(key => OutboxOrder.FindPredecessors(
                    dialect, outbox!, key, number => _predecessors.Add(number))));
            var next = 0;
            statements.AddRange(dialect.Insert(
                outbox!,
                [.. _messages.Select(message => message.Row)],
                number => _messages[next++].Row.SequenceNumber = number));
        }

        return statements;
    }

    /// <summary>The saga whose insertion a failure is about, if it is about one.</summary>
    public RowWrite? FindDuplicate(SqlDialect dialect, Exception exception)
    {
        return _rows.FirstOrDefault(row =>
            row is { Operation: RowOperation.Insert, SagaId: not null } && dialect.IsDuplicateKey(exception, row.Map));
    }

    private static SqlStatement ToStatement(SqlDialect dialect, RowWrite write)
    {
        return write.Operation switch
        {
            RowOperation.Insert => ToInsert(dialect, write),
            RowOperation.Update => ToUpdate(dialect, write),
            _ => ToDelete(dialect, write),
        };
    }

    private static SqlStatement ToInsert(SqlDialect dialect, RowWrite write)
    {
        if (write.Map.Version is { } version && version.GetVersion(write.Row) == 0)
        {
            version.SetVersion(write.Row, 1);
        }

        return dialect.InsertRow(write.Map, write.Row, null);
    }

    private static SqlStatement ToUpdate(SqlDialect dialect, RowWrite write)
    {
        var map = write.Map;
        // A saga may count its version up by itself; then that is the next one.
        map.Version?.SetVersion(write.Row, Math.Max(write.ReadVersion + 1, map.Version.GetVersion(write.Row)));

        var statement = new SqlStatement(map.UpdateRow + VersionCondition(write, map.Updated.Count + map.Key.Count + 1))
        {
            Verify = VerifyVersion(write),
        };
        dialect.AddParameters(statement, map.Updated, write.Row);
        dialect.AddParameters(statement, map.Key, write.Row);
        AddVersion(dialect, statement, write);
        return statement;
    }

    private static SqlStatement ToDelete(SqlDialect dialect, RowWrite write)
    {
        var map = write.Map;
        var statement = new SqlStatement(map.DeleteRow + VersionCondition(write, map.Key.Count + 1))
        {
            Verify = VerifyVersion(write),
        };
        dialect.AddParameters(statement, map.Key, write.Row);
        AddVersion(dialect, statement, write);
        return statement;
    }

    private static string VersionCondition(RowWrite write, int parameter)
    {
        return write.CheckVersion ? $" AND {write.Map.Version!.SqlName} = ${parameter}" : "";
    }

    private static void AddVersion(SqlDialect dialect, SqlStatement statement, RowWrite write)
    {
        if (write.CheckVersion)
        {
            statement.Parameters.Add(dialect.CreateParameter(
                dialect.ParameterName(statement.Parameters.Count + 1), write.ReadVersion));
        }
    }

    private static Action<int>? VerifyVersion(RowWrite write)
    {
        return !write.CheckVersion
            ? null
            : affected =>
            {
                if (affected != 1)
                {
                    throw new ConcurrencyException(
                        $"The saga is no longer at version {write.ReadVersion}: another delivery changed it meanwhile. "
                        + "Deliver the message again.",
                        write.Map.EntityType.ClrType,
                        write.SagaId!.Value);
                }
            };
    }
}
