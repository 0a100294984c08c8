using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// The constraints of the worker's own tables, as its migrations make them. Whatever else refuses a row there (a check, a foreign key,
/// a unique index, a column) somebody else has added, for reasons of his own: the message is not known to be at fault.
/// </summary>
internal static class StoreConstraints
{
    // What a trigger raises, or refuses with a constraint's SQLSTATE because it means to refuse the row for good.
    private const string Raise = "exec_stmt_raise";

    private static readonly Lazy<FrozenSet<(string Table, string Column)>> Required = new(ReadRequired);

    /// <summary>Whether a row of the worker's was refused by what is none of its own.</summary>
    public static bool IsForeign(PostgresException exception) =>
        exception is { SchemaName: SagaStoreDbContext.Schema, TableName: { } table } and not { Routine: Raise }
        && exception switch
        {
            { ColumnName: { } column } => !Required.Value.Contains((table, column)),

            // It has no checks, no foreign keys, and no unique indexes but the primary keys.
            { ConstraintName: { } name } => name != $"{table}_pkey" && !name.StartsWith($"ix_{table}_", StringComparison.Ordinal),
            _ => false,
        };

    /// <summary>Read once, and only if such a row was ever refused.</summary>
    private static FrozenSet<(string Table, string Column)> ReadRequired()
    {
        using var context = new SagaStoreDbContext(new DbContextOptionsBuilder<SagaStoreDbContext>().UseNpgsql().Options);
        return context.Model.GetRelationalModel().Tables
            .SelectMany(table => table.Columns.Where(x => !x.IsNullable).Select(column => (table.Name, column.Name)))
            .ToFrozenSet();
    }
}
