using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Sagas.Persistence.Model;

namespace Sagas.Persistence.Sql;

/// <summary>What differs between the databases.</summary>
/// <remarks>
/// SQL is written by hand where Entity Framework has no form for it: locks that skip, arrays as parameters, and all of a
/// delivery's statements in one round trip and one transaction.
/// </remarks>
internal abstract class SqlDialect
{
    /// <summary>What a SELECT ends with to lock its rows until the end of the transaction.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>What a SELECT ends with to lock the rows that nobody else has locked.</summary>
    public abstract string ForUpdateSkipLocked { get; }

    /// <summary>Whether it pays that deliveries share a transaction.</summary>
    public abstract bool SharesTransactions { get; }

    public abstract DbCommand CreateCommand();

    /// <summary>The condition that a column is one of the values of an array parameter.</summary>
    public abstract string IsIn(string column, string parameter);

    public abstract DbParameter CreateArrayParameter<T>(string name, IReadOnlyCollection<T> values);

    public abstract DbParameter CreateParameter(string name, object? value);

    /// <summary>Waits for this process's turn to write, where the database has one writer at a time.</summary>
    public abstract ValueTask<IDisposable?> EnterAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>The statements that insert the rows, as few as the database allows.</summary>
    public abstract IEnumerable<SqlStatement> Insert(EntityMap map, IReadOnlyList<object> rows, Action<long>? onNumber);

    /// <summary>The statements that update the rows by their keys, as few as the database allows.</summary>
    /// <param name="map">The table.</param>
    /// <param name="columns">What of the rows is written.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="mustExist">Whether the statements verify that the rows are there.</param>
    public abstract IEnumerable<SqlStatement> Update(
        EntityMap map, IReadOnlyList<ColumnMap> columns, IReadOnlyList<object> rows, bool mustExist);

    /// <summary>
    /// The statements that delete the rows by their keys, as few as the database allows; they verify that the rows were
    /// there.
    /// </summary>
    public abstract IEnumerable<SqlStatement> Delete(EntityMap map, IReadOnlyList<object> rows);

    /// <summary>
    /// Executes the statements in order, as one round trip where the database can, and commits if told to.
    /// </summary>
    public abstract Task ExecuteAsync(
        DbTransaction transaction,
        IReadOnlyList<SqlStatement> statements,
        bool commit,
        CancellationToken cancellationToken);

    /// <summary>
    /// What the first statement of a transaction that several deliveries share has to be preceded by.
    /// </summary>
    public abstract IEnumerable<SqlStatement> BeginShared();

    /// <summary>
    /// The statements that have the rest of a transaction go through an index entry by entry; none where the database
    /// does so anyway. For what is looked for again and again in an index full of entries of rows that are gone: one by
    /// one, each of them is found out once, and passed over from then on. Read as a bitmap, all of them are read every
    /// time until the table is vacuumed, and the pages on which the rows stood.
    /// </summary>
    public abstract IEnumerable<SqlStatement> WalkIndexes();

    /// <summary>
    /// The statements that lock a name until the end of the transaction, and wait for whoever has it; none where there
    /// is one writer at a time.
    /// </summary>
    public abstract IEnumerable<SqlStatement> Lock(string name);

    /// <summary>The statement that locks those of the names that nobody has, in a transaction that is shared.</summary>
    public abstract SqlStatement TryLock(IReadOnlyCollection<string> names, Action<string> onLocked);

    /// <summary>
    /// Whether a statement failed because a saga of that type with that id exists, and not for another unique index.
    /// </summary>
    public abstract bool IsDuplicateSaga(Exception exception, IEntityType saga);

    /// <summary>A command with the values as <c>$1</c>, <c>$2</c> and so on; instants must be UTC.</summary>
    public DbCommand CreateCommand(
        DbConnection connection,
        DbTransaction? transaction,
        string text,
        params ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        foreach (var value in values)
        {
            var name = ParameterName(command.Parameters.Count + 1);
            command.Parameters.Add(value switch
            {
                IReadOnlyCollection<long> numbers => CreateArrayParameter(name, numbers),
                IReadOnlyCollection<Guid> ids => CreateArrayParameter(name, ids),
                DateTime instant => CreateParameter(name, UtcDateTimeConverter.Truncate(instant)),
                _ => CreateParameter(name, value),
            });
        }

        return command;
    }

    public SqlStatement InsertRow(EntityMap map, object row, Action<long>? onNumber)
    {
        var text = onNumber is null ? map.InsertRow : map.InsertRow + map.Returning;
        var statement = new SqlStatement(text) { OnRow = Number(onNumber) };
        AddParameters(statement, map.Inserted, row);
        return statement;
    }

    public void AddParameters(SqlStatement statement, IReadOnlyList<ColumnMap> columns, object row)
    {
        using var factory = CreateCommand();
        foreach (var column in columns)
        {
            statement.Parameters.Add(
                column.CreateParameter(factory, ParameterName(statement.Parameters.Count + 1), row));
        }
    }

    public SqlStatement UpdateRow(EntityMap map, IReadOnlyList<ColumnMap> columns, object row, bool mustExist)
    {
        var statement = new SqlStatement(columns == map.Updated ? map.UpdateRow : map.Update(columns))
        {
            Verify = mustExist ? SqlStatement.Affects(1, map) : null,
        };
        AddParameters(statement, [.. columns, .. map.Key], row);
        return statement;
    }

    public SqlStatement DeleteRow(EntityMap map, object row)
    {
        var statement = new SqlStatement(map.DeleteRow) { Verify = SqlStatement.Affects(1, map) };
        AddParameters(statement, map.Key, row);
        return statement;
    }

    /// <summary>The name of the n-th parameter, which stands as <c>$n</c> in the statement.</summary>
    public abstract string ParameterName(int number);

    protected static Action<DbDataReader>? Number(Action<long>? onNumber)
    {
        return onNumber is null ? null : reader => onNumber(reader.GetInt64(0));
    }
}
