using Sagas.Persistence.Delivery;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.SagaRepository;

/// <summary>Reads a saga that is one flat row and, if told to, locks it.</summary>
internal sealed class SagaLookup(EntityMap map, Guid id, bool locks) : DeliveryQuery
{
    /// <summary>The saga, or <see langword="null"/> when there is none.</summary>
    public object? Saga { get; private set; }

    public override object Kind => (map, locks);

    public override object Subject => (map, id);

    private Guid Id => id;

    public override IEnumerable<SqlStatement> ToStatements(SqlDialect dialect, IReadOnlyList<DeliveryQuery> queries)
    {
        var locking = locks ? dialect.ForUpdate : "";
        var name = dialect.ParameterName(1);
        if (queries.Count == 1)
        {
            yield return new SqlStatement(map.SelectByKey + locking)
            {
                OnRow = reader => Saga = map.Read(reader),
                Parameters = { dialect.CreateParameter(name, id) },
            };
            yield break;
        }

        var key = map.Key[0];
        var byId = queries.Cast<SagaLookup>().ToDictionary(query => query.Id);
        // In one order everywhere, so that transactions with sagas in common wait for, and never on, each other.
        yield return new SqlStatement(
            $"SELECT {map.ColumnList} FROM {map.Table} WHERE {dialect.IsIn(key.SqlName, "$1")} "
            + $"ORDER BY {key.SqlName}{locking}")
        {
            OnRow = reader =>
            {
                var saga = map.Read(reader);
                byId[(Guid)key.GetValue(saga)!].Saga = saga;
            },
            Parameters = { dialect.CreateArrayParameter(name, byId.Keys) },
        };
    }
}
