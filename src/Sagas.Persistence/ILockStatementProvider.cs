using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>
/// Writes the statement that locks a saga's row. None is needed: the repository locks rows by itself, in the way of the
/// context's database. One of your own is executed before that, in the same transaction.
/// </summary>
public interface ILockStatementProvider
{
    /// <summary>
    /// The statement that locks a row by its correlation id, which is the parameter <c>@p0</c> or <c>{0}</c>.
    /// </summary>
    /// <typeparam name="T">The entity.</typeparam>
    /// <param name="context">The context, whose model has the entity.</param>
    string GetRowLockStatement<T>(DbContext context)
        where T : class;

    /// <summary>The statement that locks a row by some columns; the parameters are <c>@p0</c>, <c>@p1</c> and so on.</summary>
    /// <typeparam name="T">The entity.</typeparam>
    /// <param name="context">The context, whose model has the entity.</param>
    /// <param name="propertyNames">The properties whose columns name the row.</param>
    string GetRowLockStatement<T>(DbContext context, params string[] propertyNames)
        where T : class;

    /// <summary>
    /// The statement that locks the oldest message of the outbox. Nothing here executes it: it is there for code that
    /// was written for MassTransit's own store.
    /// </summary>
    /// <param name="context">The context, whose model has the outbox.</param>
    string GetOutboxStatement(DbContext context);
}

/// <summary>Writes the parts of a statement that locks a row.</summary>
public interface ILockStatementFormatter
{
    /// <summary>Writes the statement up to the condition.</summary>
    /// <param name="sb">The statement.</param>
    /// <param name="schema">The table's schema, or <see langword="null"/>.</param>
    /// <param name="table">The table.</param>
    void Create(StringBuilder sb, string? schema, string table);

    /// <summary>Writes a column's condition.</summary>
    /// <param name="sb">The statement.</param>
    /// <param name="index">The column's number, from 0, which is its parameter's too.</param>
    /// <param name="columnName">The column.</param>
    void AppendColumn(StringBuilder sb, int index, string columnName);

    /// <summary>Writes what comes after the conditions.</summary>
    /// <param name="sb">The statement.</param>
    void Complete(StringBuilder sb);

    /// <summary>
    /// Writes the statement that locks the oldest message of the outbox. Nothing here executes it: it is there for code
    /// that was written for MassTransit's own store.
    /// </summary>
    /// <param name="sb">The statement.</param>
    /// <param name="schema">The table's schema, or <see langword="null"/>.</param>
    /// <param name="table">The table.</param>
    /// <param name="columnName">The column by which messages are sorted.</param>
    void CreateOutboxStatement(StringBuilder sb, string? schema, string table, string columnName);
}
