using System.Data.Common;
using Npgsql;

namespace Sagas.Persistence;

/// <summary>
/// The statements that write many rows of a table as an array for each column: one text whatever the number of rows, so
/// that it is prepared once.
/// </summary>
internal sealed class PostgresArrays
{
    private readonly ArrayColumn[] _inserted;
    private readonly ArrayColumn[] _updated;
    private readonly string _insert;
    private readonly string _insertReturning;
    private readonly string _update;

    private PostgresArrays(EntityMap map)
    {
        _inserted = [.. map.Inserted.Select(ArrayColumn.Of)];
        _updated = [.. map.UpdatedAndKey.Select(ArrayColumn.Of)];
        _insert = $"{map.InsertInto} SELECT * FROM {Unnest(_inserted.Length)}";
        _insertReturning = _insert + map.Returning;
        var names = map.UpdatedAndKey.Select(column => column.SqlName);
        var assignments = map.Updated.Select(column => $"{column.SqlName} = changed.{column.SqlName}");
        var keys = map.Key.Select(column => $"present.{column.SqlName} = changed.{column.SqlName}");
        _update = $"UPDATE {map.Table} AS present SET {string.Join(", ", assignments)} "
            + $"FROM {Unnest(_updated.Length)} AS changed ({string.Join(", ", names)}) "
            + $"WHERE {string.Join(" AND ", keys)}";
    }

    /// <summary>
    /// The statements for a table, or <see langword="null"/> when a column is an array itself: there are no arrays of
    /// arrays.
    /// </summary>
    public static PostgresArrays? TryCreate(EntityMap map)
    {
        return map.Columns.Any(column => column.TypeMapping.StoreType.EndsWith("[]", StringComparison.Ordinal))
            ? null
            : new PostgresArrays(map);
    }

    /// <param name="rows">The rows.</param>
    /// <param name="onRow">Reads the key that the database gave a row, if it is to be returned.</param>
    public SqlStatement Insert(IReadOnlyList<object> rows, Action<DbDataReader>? onRow)
    {
        var statement = new SqlStatement(onRow is null ? _insert : _insertReturning) { OnRow = onRow };
        statement.Parameters.AddRange(_inserted.Select(column => column.CreateParameter(rows)));
        return statement;
    }

    public SqlStatement Update(IReadOnlyList<object> rows)
    {
        var statement = new SqlStatement(_update);
        statement.Parameters.AddRange(_updated.Select(column => column.CreateParameter(rows)));
        return statement;
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
