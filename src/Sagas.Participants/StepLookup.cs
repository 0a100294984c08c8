using Sagas.Contracts;
using Sagas.Persistence;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Sql;

namespace Sagas.Participants;

/// <summary>Keeps a step to one delivery at a time, and reads what the barrier has recorded of it.</summary>
internal sealed class StepLookup(EntityMap map, IStepCommand command, bool isShared) : DeliveryQuery
{
    /// <summary>
    /// The savepoint before everything that the participant does, in a transaction of the delivery's own.
    /// </summary>
    public const string Savepoint = "step_command";

    /// <summary>What is recorded.</summary>
    public BarrierState State { get; private set; } = new(null, null);

    /// <summary>
    /// Whether the step is this delivery's. A shared transaction does not wait for another one that has it, since all
    /// who take part would have to.
    /// </summary>
    public bool IsLocked { get; private set; } = !isShared;

    public override object Kind => map;

    public override object Subject => Name;

    private string Name { get; } = $"{command.SagaId}/{command.Step}";

    private IStepCommand Command => command;

    public override IEnumerable<SqlStatement> ToStatements(SqlDialect dialect, IReadOnlyList<DeliveryQuery> queries)
    {
        if (isShared)
        {
            return Shared(dialect, [.. queries.Cast<StepLookup>()]);
        }

        // A row that is not there yet cannot be locked. The lock comes before the savepoint, so that rolling back to
        // that keeps it; the next statement has a snapshot of its own, from after the wait.
        return [.. dialect.Lock(Name), new SqlStatement($"SAVEPOINT {Savepoint}"), SelectOne(dialect)];
    }

    private SqlStatement[] Shared(SqlDialect dialect, IReadOnlyList<StepLookup> lookups)
    {
        var byName = lookups.ToDictionary(lookup => lookup.Name);
        return
        [
            dialect.TryLock(byName.Keys, name => byName[name].IsLocked = true),
            lookups.Count == 1 ? SelectOne(dialect) : SelectAll(dialect, lookups),
        ];
    }

    private SqlStatement SelectOne(SqlDialect dialect)
    {
        var (sagaId, step) = KeyColumns();
        return new SqlStatement(
            $"SELECT {map.ColumnList} FROM {map.Table} WHERE {sagaId.SqlName} = $1 AND {step.SqlName} = $2")
        {
            OnRow = reader => Note((StepBarrier)map.Read(reader)),
            Parameters =
            {
                dialect.CreateParameter(dialect.ParameterName(1), command.SagaId),
                dialect.CreateParameter(dialect.ParameterName(2), command.Step),
            },
        };
    }

    private SqlStatement SelectAll(SqlDialect dialect, IReadOnlyList<StepLookup> lookups)
    {
        var (sagaId, step) = KeyColumns();
        var byStep = lookups.ToDictionary(lookup => (lookup.Command.SagaId, lookup.Command.Step));
        return new SqlStatement(
            $"SELECT {map.ColumnList} FROM {map.Table} "
            + $"WHERE ({sagaId.SqlName}, {step.SqlName}) IN (SELECT * FROM unnest($1, $2))")
        {
            OnRow = reader =>
            {
                var row = (StepBarrier)map.Read(reader);
                byStep[(row.SagaId, row.Step)].Note(row);
            },
            Parameters =
            {
                dialect.CreateArrayParameter(dialect.ParameterName(1), [.. byStep.Keys.Select(key => key.SagaId)]),
                dialect.CreateArrayParameter(dialect.ParameterName(2), [.. byStep.Keys.Select(key => key.Step)]),
            },
        };
    }

    private (ColumnMap SagaId, ColumnMap Step) KeyColumns()
    {
        return (map.Column(nameof(StepBarrier.SagaId)), map.Column(nameof(StepBarrier.Step)));
    }

    private void Note(StepBarrier row)
    {
        State = row.Direction == nameof(StepDirection.Execute)
            ? State with { Execute = row }
            : State with { Compensate = row };
    }
}
