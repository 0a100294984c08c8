using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Sagas.Persistence;

/// <summary>
/// PostgreSQL: positional parameters, arrays instead of long value lists, one batch with the commit in it.
/// </summary>
internal sealed class PostgresDialect : SqlDialect
{
    public override string ForUpdate => " FOR UPDATE";

    public override string ForUpdateSkipLocked => " FOR UPDATE SKIP LOCKED";

    public override bool SharesTransactions => true;

    public override DbCommand CreateCommand()
    {
        return new NpgsqlCommand();
    }

    public override string IsIn(string column, string parameter)
    {
        return $"{column} = ANY({parameter})";
    }

    public override DbParameter CreateArrayParameter<T>(string name, IReadOnlyCollection<T> values)
    {
        return new NpgsqlParameter { Value = values.ToArray() };
    }

    public override DbParameter CreateParameter(string name, object? value)
    {
        return new NpgsqlParameter { Value = value ?? DBNull.Value };
    }

    public override ValueTask<IDisposable?> EnterAsync(DbContext context, CancellationToken cancellationToken)
    {
        return ValueTask.FromResult<IDisposable?>(null);
    }

    public override string ParameterName(int number)
    {
        return "";
    }

    public override IEnumerable<SqlStatement> Insert(EntityMap map, IReadOnlyList<object> rows, Action<long>? onNumber)
    {
        if (rows.Count == 1 || !IsUnnestable(map))
        {
            foreach (var row in rows)
            {
                yield return InsertRow(map, row, onNumber);
            }

            yield break;
        }

        // One text whatever the number of rows, so that it is prepared once.
        var statement = new SqlStatement(
            $"{map.InsertInto} SELECT * FROM {Unnest(map.Inserted)}{(onNumber is null ? "" : map.Returning)}")
        {
            OnRow = Number(onNumber),
        };
        AddArrays(statement, map.Inserted, rows);
        yield return statement;
    }

    public override IEnumerable<SqlStatement> Update(EntityMap map, IReadOnlyList<object> rows)
    {
        if (rows.Count == 1 || !IsUnnestable(map))
        {
            foreach (var row in rows)
            {
                yield return UpdateRow(map, row);
            }

            yield break;
        }

        ColumnMap[] columns = [.. map.Updated, .. map.Key];
        var names = string.Join(", ", columns.Select(column => column.SqlName));
        var assignments = map.Updated.Select(column => $"{column.SqlName} = changed.{column.SqlName}");
        var keys = map.Key.Select(column => $"present.{column.SqlName} = changed.{column.SqlName}");
        var statement = new SqlStatement(
            $"UPDATE {map.Table} AS present SET {string.Join(", ", assignments)} "
            + $"FROM {Unnest(columns)} AS changed ({names}) WHERE {string.Join(" AND ", keys)}");
        AddArrays(statement, columns, rows);
        yield return statement;
    }

    public override IEnumerable<SqlStatement> BeginShared()
    {
        // Every statement finds its rows by their keys. A plan made while a table is small, and kept, would read all of
        // it.
        yield return new SqlStatement(
            "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
            + "set_config('enable_mergejoin', 'off', true)")
        {
            OnRow = _ => { },
        };
    }

    public override async Task ExecuteAsync(
        DbTransaction transaction,
        IReadOnlyList<SqlStatement> statements,
        bool commit,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(
            (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement.Text);
            foreach (var parameter in statement.Parameters)
            {
                command.Parameters.Add((NpgsqlParameter)parameter);
            }

            batch.BatchCommands.Add(command);
        }

        if (commit)
        {
            // In one round trip with what it commits. A statement that fails keeps it from being executed.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        }

        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            foreach (var statement in statements.Where(statement => statement.OnRow is not null))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    statement.OnRow!(reader);
                }

                await reader.NextResultAsync(cancellationToken);
            }
        }

        for (var i = 0; i < statements.Count; i++)
        {
            statements[i].Verify?.Invoke(batch.BatchCommands[i].RecordsAffected);
        }
    }

    public override bool IsDuplicateKey(Exception exception, EntityMap map)
    {
        return exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } violation
            && violation.TableName == map.EntityType.GetTableName();
    }

    /// <summary>Whether the rows can be written as an array for each column: there are no arrays of arrays.</summary>
    private static bool IsUnnestable(EntityMap map)
    {
        return !map.Columns.Any(column => column.TypeMapping.StoreType.EndsWith("[]", StringComparison.Ordinal));
    }

    private static string Unnest(IEnumerable<ColumnMap> columns)
    {
        return $"unnest({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))})";
    }

    private static void AddArrays(SqlStatement statement, IReadOnlyList<ColumnMap> columns, IReadOnlyList<object> rows)
    {
        foreach (var column in columns)
        {
            statement.Parameters.Add(new NpgsqlParameter
            {
                Value = ToArray(column, rows),
                DataTypeName = column.TypeMapping.StoreTypeNameBase + "[]",
            });
        }
    }

    private static Array ToArray(ColumnMap column, IReadOnlyList<object> rows)
    {
        var type = column.ProviderType.IsValueType && column.Property.IsNullable
            ? typeof(Nullable<>).MakeGenericType(column.ProviderType)
            : column.ProviderType;
        var array = Array.CreateInstance(type, rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            array.SetValue(column.GetProviderValue(rows[i]), i);
        }

        return array;
    }
}
