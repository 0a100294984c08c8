using System.Collections.Concurrent;
using System.Data.Common;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Sagas.Persistence.Sql;

/// <summary>
/// PostgreSQL: positional parameters, arrays instead of long value lists, one batch with the commit in it.
/// </summary>
internal sealed class PostgresDialect : SqlDialect
{
    public const string Commit = "COMMIT";

    private readonly ConcurrentDictionary<EntityMap, PostgresArrays?> _arrays = new();

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
        return rows.Count > 1 && ArraysOf(map) is { } arrays
            ? [arrays.Insert(rows, Number(onNumber))]
            : rows.Select(row => InsertRow(map, row, onNumber));
    }

    public override IEnumerable<SqlStatement> Update(
        EntityMap map, IReadOnlyList<ColumnMap> columns, IReadOnlyList<object> rows, bool mustExist)
    {
        return rows.Count > 1 && ArraysOf(map) is { } arrays
            ? [arrays.Update(columns, rows, mustExist)]
            : rows.Select(row => UpdateRow(map, columns, row, mustExist));
    }

    public override IEnumerable<SqlStatement> Delete(EntityMap map, IReadOnlyList<object> rows)
    {
        return rows.Count > 1 && ArraysOf(map) is { } arrays
            ? [arrays.Delete(rows)]
            : rows.Select(row => DeleteRow(map, row));
    }

    public override IEnumerable<SqlStatement> BeginShared()
    {
        // Every statement finds its rows by their keys. A plan made, and kept, while a table is small would read all
        // of it.
        yield return new SqlStatement(
            "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
            + "set_config('enable_mergejoin', 'off', true)")
        {
            OnRow = _ => { },
        };
    }

    public override IEnumerable<SqlStatement> WalkIndexes()
    {
        yield return new SqlStatement("SELECT set_config('enable_bitmapscan', 'off', true)") { OnRow = _ => { } };
    }

    public override IEnumerable<SqlStatement> Lock(string name)
    {
        yield return new SqlStatement($"SELECT pg_advisory_xact_lock({HashOf("$1")})")
        {
            OnRow = _ => { },
            Parameters = { CreateParameter(ParameterName(1), name) },
        };
    }

    public override SqlStatement TryLock(IReadOnlyCollection<string> names, Action<string> onLocked)
    {
        return new SqlStatement(
            $"SELECT name FROM unnest($1) AS name WHERE pg_try_advisory_xact_lock({HashOf("name")})")
        {
            OnRow = reader => onLocked(reader.GetString(0)),
            Parameters = { CreateArrayParameter(ParameterName(1), names) },
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
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Commit));
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

    public override bool IsDuplicateSaga(Exception exception, IEntityType saga)
    {
        return exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } violation
            && violation.TableName == saga.GetTableName()
            && (violation.ConstraintName == $"{violation.TableName}_pkey" || NamesOf(saga).Contains(violation.ConstraintName));
    }

    /// <summary>The constraints and indexes that keep a saga's id unique.</summary>
    private static IEnumerable<string?> NamesOf(IEntityType saga)
    {
        bool IsId(IReadOnlyList<IProperty> properties) => properties is [{ Name: nameof(ISaga.CorrelationId) }];
        return saga.GetKeys().Where(key => IsId(key.Properties)).Select(key => key.GetName())
            .Concat(saga.GetIndexes().Where(index => index.IsUnique && IsId(index.Properties))
                .Select(index => index.GetDatabaseName()));
    }

    private PostgresArrays? ArraysOf(EntityMap map)
    {
        return _arrays.GetOrAdd(map, PostgresArrays.TryCreate);
    }

    private static string HashOf(string name)
    {
        return $"hashtextextended({name}, 0)";
    }
}
