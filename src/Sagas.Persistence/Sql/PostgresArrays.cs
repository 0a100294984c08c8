using System.Data.Common;
using Npgsql;

namespace Sagas.Persistence.Sql;

/// <summary>
/// The statements that write many rows of a table as an array for each column: one text whatever the number of rows, so
/// that it is prepared once.
/// </summary>
internal sealed class PostgresArrays
{
    private readonly EntityMap _map;
    private readonly Dictionary<ColumnMap, ArrayColumn> _columns;
    private readonly string _insert;
    private readonly string _insertReturning;
    private readonly string _update;
    private readonly string _delete;

    private PostgresArrays(EntityMap map)
    {
        _map = map;
        _columns = map.Columns.Union(map.Inserted).ToDictionary(column => column, ArrayColumn.Of);
        _insert = $"{map.InsertInto} SELECT * FROM {Unnest(map.Inserted.Count)}";
        _insertReturning = _insert + map.Returning;
        _update = UpdateOf(map.Updated);
        _delete = $"DELETE FROM {map.Table} AS present USING {Given(map.Key)}";
    }

    /// <summary>
    /// The statements for a table, or <see langword="null"/> when a column is an array itself: there are no arrays of
    /// arrays.
    /// </summary>
    public static PostgresArrays? TryCreate(EntityMap map)
    {
        return map.Columns.Union(map.Inserted).Any(column => column.TypeMapping.StoreType.EndsWith("[]", StringComparison.Ordinal))
            ? null
            : new PostgresArrays(map);
    }

    /// <param name="rows">The rows.</param>
    /// <param name="onRow">Reads the key that the database gave a row, if it is to be returned.</param>
    public SqlStatement Insert(IReadOnlyList<object> rows, Action<DbDataReader>? onRow)
    {
        var statement = new SqlStatement(onRow is null ? _insert : _insertReturning) { OnRow = onRow };
        AddParameters(statement, _map.Inserted, rows);
        return statement;
    }

    /// <param name="columns">What of the rows is written.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="mustExist">Whether the statement verifies that the rows are there.</param>
    public SqlStatement Update(IReadOnlyList<ColumnMap> columns, IReadOnlyList<object> rows, bool mustExist)
    {
        var statement = new SqlStatement(columns == _map.Updated ? _update : UpdateOf(columns))
        {
            Verify = mustExist ? SqlStatement.Affects(rows.Count, _map) : null,
        };
        AddParameters(statement, [.. columns, .. _map.Key], rows);
        return statement;
    }

    public SqlStatement Delete(IReadOnlyList<object> rows)
    {
        var statement = new SqlStatement(_delete) { Verify = SqlStatement.Affects(rows.Count, _map) };
        AddParameters(statement, _map.Key, rows);
        return statement;
    }

    private string UpdateOf(IReadOnlyList<ColumnMap> columns)
    {
        var assignments = columns.Select(column => $"{column.SqlName} = given.{column.SqlName}");
        return $"UPDATE {_map.Table} AS present SET {string.Join(", ", assignments)} "
            + $"FROM {Given([.. columns, .. _map.Key])}";
    }

    /// <summary>The arrays as a table, and the condition that a row has the key of one of theirs.</summary>
    private string Given(IReadOnlyList<ColumnMap> columns)
    {
        var names = columns.Select(column => column.SqlName);
        var keys = _map.Key.Select(column => $"present.{column.SqlName} = given.{column.SqlName}");
        return $"{Unnest(columns.Count)} AS given ({string.Join(", ", names)}) WHERE {string.Join(" AND ", keys)}";
    }

    private void AddParameters(
        SqlStatement statement, IReadOnlyList<ColumnMap> columns, IReadOnlyList<object> rows)
    {
        statement.Parameters.AddRange(columns.Select(column => _columns[column].CreateParameter(rows)));
    }

    private static string Unnest(int columns)
    {
        return $"unnest({string.Join(", ", Enumerable.Range(1, columns).Select(i => $"${i}"))})";
    }

    private sealed record ArrayColumn(ColumnMap Column, Type ElementType, string TypeName)
    {
        public static ArrayColumn Of(ColumnMap column)
        {
            var type = column.ProviderType.IsValueType && column.Property.IsNullable
                ? typeof(Nullable<>).MakeGenericType(column.ProviderType)
                : column.ProviderType;
            return new ArrayColumn(column, type, column.TypeMapping.StoreTypeNameBase + "[]");
        }

        public NpgsqlParameter CreateParameter(IReadOnlyList<object> rows)
        {
            var array = Array.CreateInstance(ElementType, rows.Count);
            for (var i = 0; i < rows.Count; i++)
            {
                array.SetValue(Column.GetProviderValue(rows[i]), i);
            }

            return new NpgsqlParameter { Value = array, DataTypeName = TypeName };
        }
    }
}
