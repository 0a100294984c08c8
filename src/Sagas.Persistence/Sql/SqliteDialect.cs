using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Sagas.Persistence.Sql;

/// <summary>SQLite: one writer at a time, and a statement a row, since there are no round trips to save.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    private const int PrimaryKeyViolation = 1555;
    private const int UniqueViolation = 2067;

    public override string ForUpdate => "";

    public override string ForUpdateSkipLocked => "";

    public override bool SharesTransactions => false;

    public override DbCommand CreateCommand()
    {
        return new SqliteCommand();
    }

    public override string IsIn(string column, string parameter)
    {
        return $"{column} IN (SELECT value FROM json_each({parameter}))";
    }

    public override DbParameter CreateArrayParameter<T>(string name, IReadOnlyCollection<T> values)
    {
        var json = values is IReadOnlyCollection<Guid> ids
            ? JsonSerializer.Serialize(ids.Select(id => id.ToString().ToUpperInvariant()))
            : JsonSerializer.Serialize(values);
        return new SqliteParameter(name, json);
    }

    public override DbParameter CreateParameter(string name, object? value)
    {
        return new SqliteParameter(name, value ?? DBNull.Value);
    }

    public override async ValueTask<IDisposable?> EnterAsync(DbContext context, CancellationToken cancellationToken)
    {
        return await SqliteWriteGates.Of(context).EnterAsync(cancellationToken);
    }

    public override string ParameterName(int number)
    {
        return string.Create(CultureInfo.InvariantCulture, $"${number}");
    }

    public override IEnumerable<SqlStatement> Insert(EntityMap map, IReadOnlyList<object> rows, Action<long>? onNumber)
    {
        return rows.Select(row => InsertRow(map, row, onNumber));
    }

    public override IEnumerable<SqlStatement> Update(
        EntityMap map, IReadOnlyList<ColumnMap> columns, IReadOnlyList<object> rows, bool mustExist)
    {
        return rows.Select(row => UpdateRow(map, columns, row, mustExist));
    }

    public override IEnumerable<SqlStatement> Delete(EntityMap map, IReadOnlyList<object> rows)
    {
        return rows.Select(row => DeleteRow(map, row));
    }

    public override IEnumerable<SqlStatement> BeginShared()
    {
        return [];
    }

    public override IEnumerable<SqlStatement> WalkIndexes()
    {
        return [];
    }

    public override IEnumerable<SqlStatement> Lock(string name)
    {
        return [];
    }

    public override SqlStatement TryLock(IReadOnlyCollection<string> names, Action<string> onLocked)
    {
        throw new NotSupportedException("Transactions are not shared on SQLite.");
    }

    public override async Task ExecuteAsync(
        DbTransaction transaction,
        IReadOnlyList<SqlStatement> statements,
        bool commit,
        CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            await using var command = transaction.Connection!.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = statement.Text;
            command.Parameters.AddRange(statement.Parameters.ToArray());
            if (statement.OnRow is { } onRow)
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    onRow(reader);
                }

                continue;
            }

            var affected = await command.ExecuteNonQueryAsync(cancellationToken);
            statement.Verify?.Invoke(affected);
        }

        if (commit)
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
    }

    public override bool IsDuplicateSaga(Exception exception, IEntityType saga)
    {
        var table = StoreObjectIdentifier.Table(saga.GetTableName()!, saga.GetSchema());
        var id = saga.FindProperty(nameof(ISaga.CorrelationId))!.GetColumnName(table);
        return exception is SqliteException { SqliteExtendedErrorCode: PrimaryKeyViolation or UniqueViolation } violation
            && violation.Message.Contains($"failed: {table.Name}.{id}'", StringComparison.Ordinal);
    }
}
