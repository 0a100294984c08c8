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
        if (rows.Count == 1)
        {
            yield return InsertRow(map, rows[0], onNumber);
            yield break;
        }

        // One text whatever the number of rows, so that it is prepared once.
        var arrays = string.Join(", ", map.Inserted.Select((_, i) => $"${i + 1}"));
        var statement = new SqlStatement(
            $"{map.InsertInto} SELECT * FROM unnest({arrays}){(onNumber is null ? "" : map.Returning)}")
        {
            OnNumber = onNumber,
        };
        foreach (var column in map.Inserted)
        {
            statement.Parameters.Add(new NpgsqlParameter
            {
                Value = ToArray(column, rows),
                DataTypeName = column.TypeMapping.StoreTypeNameBase + "[]",
            });
        }

        yield return statement;
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
            foreach (var statement in statements.Where(statement => statement.OnNumber is not null))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    statement.OnNumber!(reader.GetInt64(0));
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
