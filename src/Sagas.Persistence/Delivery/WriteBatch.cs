using Sagas.Persistence.Outbox;
using Sagas.Persistence.SagaRepository;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery;

/// <summary>What the deliveries of one transaction write, as few statements.</summary>
internal sealed class WriteBatch(IReadOnlyList<DeliveryWrites> deliveries, SqlDialect dialect)
{
    private readonly IReadOnlyList<RowWrite> _rows = [.. deliveries.SelectMany(delivery => delivery.Rows)];

    /// <summary>
    /// The statements that write everything: sagas first, then the other rows by table, deletions before what may take
    /// the place of what they delete, then the messages.
    /// </summary>
    /// <param name="outbox">The outbox's table, if there are messages.</param>
    public IReadOnlyList<SqlStatement> ToStatements(EntityMap? outbox)
    {
        var statements = new List<SqlStatement>();
        statements.AddRange(ToSagas());
        var others = _rows
            .Where(row => row.SagaId is null)
            .GroupBy(row => (row.Operation, row.Map, Columns: row.Operation == RowOperation.Update ? NamesOf(row) : null))
            .OrderByDescending(table => table.Key.Operation);
        foreach (var table in others)
        {
            statements.AddRange(ToStatements(table.Key.Operation, table.Key.Map, [.. table]));
        }

        OutboxMessage[] messages =
            [.. deliveries.SelectMany(delivery => delivery.Messages).Select(message => message.Row)];
        if (messages.Length > 0)
        {
            statements.AddRange(ToPredecessors(outbox!));
            var next = 0;
            statements.AddRange(
                dialect.Insert(outbox!, messages, number => messages[next++].SequenceNumber = number));
        }

        return statements;
    }

    /// <summary>The saga whose insertion a failure is about, if it is about one.</summary>
    public RowWrite? FindDuplicate(Exception exception)
    {
        return _rows.FirstOrDefault(row =>
            row is { Operation: RowOperation.Insert, SagaId: not null } && dialect.IsDuplicateSaga(exception, row.Map.EntityType));
    }

    private static string NamesOf(RowWrite row)
    {
        return string.Join(',', row.Columns.Select(column => column.Name));
    }

    private IEnumerable<SqlStatement> ToStatements(
        RowOperation operation, EntityMap map, IReadOnlyList<RowWrite> writes)
    {
        object[] rows = [.. writes.Select(write => write.Row)];
        return operation switch
        {
            RowOperation.Delete => dialect.Delete(map, rows),
            RowOperation.Update => dialect.Update(map, writes[0].Columns, rows, mustExist: true),
            _ => dialect.Insert(map, rows, null),
        };
    }

    private IEnumerable<SqlStatement> ToSagas()
    {
        // In one order everywhere, so that transactions with sagas in common wait for, and never on, each other.
        var sagas = _rows
            .Where(row => row.SagaId is not null)
            .OrderBy(row => row.Operation)
            .ThenBy(row => row.SagaId)
            .ToArray();
        Array.ForEach(sagas, CountUp);
        var together = sagas.Where(row => !row.CheckVersion && row.Operation != RowOperation.Delete)
            .GroupBy(row => (row.Map, row.Operation), row => row.Row);
        foreach (var table in together)
        {
            var (map, operation) = table.Key;
            var statements = operation == RowOperation.Insert
                ? dialect.Insert(map, [.. table], null)
                : dialect.Update(map, map.Updated, [.. table], mustExist: false);
            foreach (var statement in statements)
            {
                yield return statement;
            }
        }

        foreach (var row in sagas.Where(row => row.CheckVersion || row.Operation == RowOperation.Delete))
        {
            yield return ToUpdateOrDelete(row);
        }
    }

    private IEnumerable<SqlStatement> ToPredecessors(EntityMap outbox)
    {
        var ofKey = deliveries
            .SelectMany(delivery => delivery.Messages
                .Select(message => message.Row.OrderingKey)
                .OfType<Guid>()
                .Distinct()
                .Select(key => (key, delivery)))
            .ToLookup(one => one.key, one => one.delivery);
        if (ofKey.Count > 0)
        {
            yield return OutboxOrder.FindPredecessors(
                dialect,
                outbox,
                [.. ofKey.Select(one => one.Key)],
                (key, number) =>
                {
                    foreach (var delivery in ofKey[key])
                    {
                        delivery.AddPredecessor(number);
                    }
                });
        }
    }

    private static void CountUp(RowWrite write)
    {
        if (write.Map.Version is not { } version)
        {
            return;
        }

        var present = version.GetVersion(write.Row);
        if (write.Operation == RowOperation.Update)
        {
            // A saga may count its version up by itself; then that is the next one.
            version.SetVersion(write.Row, Math.Max(write.ReadVersion + 1, present));
        }
        else if (write.Operation == RowOperation.Insert && present == 0)
        {
            version.SetVersion(write.Row, 1);
        }
    }

    /// <summary>
    /// The statement that updates or deletes a saga, only at the version that was read where that is checked.
    /// </summary>
    private SqlStatement ToUpdateOrDelete(RowWrite write)
    {
        var map = write.Map;
        var (text, columns) = write.Operation == RowOperation.Delete
            ? (map.DeleteRow, map.Key)
            : (map.UpdateRow, map.UpdatedAndKey);
        var number = columns.Count + 1;
        var statement = write.CheckVersion
            ? new SqlStatement($"{text} AND {map.Version!.SqlName} = ${number}") { Verify = VerifyVersion(write) }
            : new SqlStatement(text);
        dialect.AddParameters(statement, columns, write.Row);
        if (write.CheckVersion)
        {
            statement.Parameters.Add(dialect.CreateParameter(dialect.ParameterName(number), write.ReadVersion));
        }

        return statement;
    }

    private static Action<int> VerifyVersion(RowWrite write)
    {
        return affected =>
        {
            if (affected != 1)
            {
                throw SagaConflict.Create(
                    $"The saga is no longer at version {write.ReadVersion}: another delivery changed it meanwhile. "
                    + "Deliver the message again.",
                    write.Map.EntityType.ClrType,
                    write.SagaId!.Value);
            }
        };
    }
}
