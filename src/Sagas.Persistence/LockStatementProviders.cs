using System.Globalization;
using System.Text;

namespace Sagas.Persistence;

/// <summary>Says that the context uses PostgreSQL, which the start checks. The locks are the repository's own.</summary>
public class PostgresLockStatementProvider : SqlLockStatementProvider
{
    /// <summary>Uses the schemas of the model.</summary>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    public PostgresLockStatementProvider(bool enableSchemaCaching = true)
        : base(new PostgresLockStatementFormatter(), enableSchemaCaching)
    {
    }

    /// <summary>Uses a schema where the model names none.</summary>
    /// <param name="schemaName">The schema.</param>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    public PostgresLockStatementProvider(string schemaName, bool enableSchemaCaching = true)
        : base(schemaName, new PostgresLockStatementFormatter(), enableSchemaCaching)
    {
    }
}

/// <summary>Says that the context uses SQLite, which the start checks. The locks are the repository's own.</summary>
public class SqliteLockStatementProvider : SqlLockStatementProvider
{
    /// <summary>Uses the model's names.</summary>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    public SqliteLockStatementProvider(bool enableSchemaCaching = true)
        : base(new SqliteLockStatementFormatter(), enableSchemaCaching)
    {
    }

    /// <summary>Uses a schema where the model names none.</summary>
    /// <param name="schemaName">The schema.</param>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    public SqliteLockStatementProvider(string schemaName, bool enableSchemaCaching = true)
        : base(schemaName, new SqliteLockStatementFormatter(), enableSchemaCaching)
    {
    }
}

/// <summary>
/// For code that chooses among databases: sagas are not stored in SQL Server, so that a context that uses it fails the
/// start.
/// </summary>
public class SqlServerLockStatementProvider : SqlLockStatementProvider
{
    /// <summary>Uses the schemas of the model.</summary>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    /// <param name="serializable">Whether the statement locks the range of its condition, too.</param>
    public SqlServerLockStatementProvider(bool enableSchemaCaching = true, bool serializable = false)
        : base(new SqlServerLockStatementFormatter(serializable), enableSchemaCaching)
    {
    }

    /// <summary>Uses a schema where the model names none.</summary>
    /// <param name="schemaName">The schema.</param>
    /// <param name="enableSchemaCaching">Is ignored.</param>
    /// <param name="serializable">Whether the statement locks the range of its condition, too.</param>
    public SqlServerLockStatementProvider(
        string schemaName, bool enableSchemaCaching = true, bool serializable = false)
        : base(schemaName, new SqlServerLockStatementFormatter(serializable), enableSchemaCaching)
    {
    }
}

/// <summary>Locks rows as PostgreSQL does.</summary>
public class PostgresLockStatementFormatter : ILockStatementFormatter
{
    /// <inheritdoc />
    public void Create(StringBuilder sb, string? schema, string table) => Start(sb, schema, table).Append(" WHERE ");

    /// <inheritdoc />
    public void AppendColumn(StringBuilder sb, int index, string columnName) =>
        LockCondition.Append(sb, index, Quote(columnName));

    /// <inheritdoc />
    public void Complete(StringBuilder sb)
    {
        ArgumentNullException.ThrowIfNull(sb);
        sb.Append(" FOR UPDATE");
    }

    /// <inheritdoc />
    public void CreateOutboxStatement(StringBuilder sb, string? schema, string table, string columnName) =>
        Start(sb, schema, table).Append(" ORDER BY ").Append(Quote(columnName)).Append(" LIMIT 1 FOR UPDATE SKIP LOCKED");

    private static StringBuilder Start(StringBuilder sb, string? schema, string table)
    {
        ArgumentNullException.ThrowIfNull(sb);
        return sb.Append("SELECT * FROM ").Append(schema is null ? "" : $"{Quote(schema)}.").Append(Quote(table));
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>Reads rows in SQLite, which locks the file when a transaction begins to write.</summary>
public class SqliteLockStatementFormatter : ILockStatementFormatter
{
    /// <inheritdoc />
    public void Create(StringBuilder sb, string? schema, string table) => Start(sb, table).Append(" WHERE ");

    /// <inheritdoc />
    public void AppendColumn(StringBuilder sb, int index, string columnName) =>
        LockCondition.Append(sb, index, Quote(columnName));

    /// <inheritdoc />
    public void Complete(StringBuilder sb)
    {
    }

    /// <inheritdoc />
    public void CreateOutboxStatement(StringBuilder sb, string? schema, string table, string columnName) =>
        Start(sb, table).Append(" ORDER BY ").Append(Quote(columnName)).Append(" LIMIT 1");

    private static StringBuilder Start(StringBuilder sb, string table)
    {
        ArgumentNullException.ThrowIfNull(sb);
        return sb.Append("SELECT * FROM ").Append(Quote(table));
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>Locks rows as SQL Server does.</summary>
/// <param name="serializable">Whether the statement locks the range of its condition, too.</param>
public class SqlServerLockStatementFormatter(bool serializable = false) : ILockStatementFormatter
{
    /// <inheritdoc />
    public void Create(StringBuilder sb, string? schema, string table) =>
        Start(sb, "*", schema, table)
            .Append(serializable ? " WITH (UPDLOCK, ROWLOCK, SERIALIZABLE) WHERE " : " WITH (UPDLOCK, ROWLOCK) WHERE ");

    /// <inheritdoc />
    public void AppendColumn(StringBuilder sb, int index, string columnName) =>
        LockCondition.Append(sb, index, Quote(columnName));

    /// <inheritdoc />
    public void Complete(StringBuilder sb)
    {
    }

    /// <inheritdoc />
    public void CreateOutboxStatement(StringBuilder sb, string? schema, string table, string columnName) =>
        Start(sb, "TOP 1 *", schema, table)
            .Append(" WITH (UPDLOCK, ROWLOCK, READPAST) ORDER BY ")
            .Append(Quote(columnName));

    private static StringBuilder Start(StringBuilder sb, string what, string? schema, string table)
    {
        ArgumentNullException.ThrowIfNull(sb);
        return sb.Append("SELECT ").Append(what).Append(" FROM ")
            .Append(schema is null ? "" : $"{Quote(schema)}.").Append(Quote(table));
    }

    private static string Quote(string name) => $"[{name.Replace("]", "]]", StringComparison.Ordinal)}]";
}

internal static class LockCondition
{
    public static void Append(StringBuilder sb, int index, string column)
    {
        ArgumentNullException.ThrowIfNull(sb);
        sb.Append(index == 0 ? "" : " AND ")
            .Append(CultureInfo.InvariantCulture, $"{column} = @p{index}");
    }
}
