using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence;

/// <summary>Which database a connection string means, with the settings that sagas need and it does not name.</summary>
public sealed class SagaDatabase
{
    // What the user's own settings follow, and so override.
    private const string PostgreSqlDefaults =
        "Command Timeout=10;Timeout=5;No Reset On Close=true;Max Auto Prepare=64;GSS Encryption Mode=Disable;"
        + "Application Name=sagas;";

    private static readonly string[] PreparationKeys = ["Max Auto Prepare", "MaxAutoPrepare"];

    private const string SqliteDefaults = "Foreign Keys=true;Default Timeout=10;";

    private SagaDatabase(SagaDatabaseKind kind, string connectionString, string displayName)
    {
        Kind = kind;
        ConnectionString = connectionString;
        DisplayName = displayName;
    }

    /// <summary>The kind of database.</summary>
    public SagaDatabaseKind Kind { get; }

    /// <summary>The complete connection string. It may hold a password: do not log it.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// The connection string for when a connection pooler is found between this process and PostgreSQL: without
    /// prepared statements, which a pooler in transaction mode may hand to other sessions. <see langword="null"/> for
    /// SQLite, and where the user has set <c>Max Auto Prepare</c>.
    /// </summary>
    internal string? PooledConnectionString { get; private init; }

    /// <summary>What to show people: <c>host:port/database</c>, or the file's full path. Never a password.</summary>
    public string DisplayName { get; }

    /// <summary>
    /// PostgreSQL when the connection string is an address (<c>postgres://user:password@host:5432/database</c>) or names a <c>Host</c> or <c>Server</c>; SQLite when it names a <c>Data
    /// Source</c>, or when it is absent. For PostgreSQL, what it leaves open becomes <c>Command Timeout=10</c>,
    /// <c>Timeout=5</c>, <c>No Reset On Close=true</c>, <c>Max Auto Prepare=64</c> and
    /// <c>GSS Encryption Mode=Disable</c>. Through a connection pooler, <c>Max Auto Prepare</c> becomes 0.
    /// </summary>
    /// <param name="connectionString">The connection string, or <see langword="null"/> for a SQLite file.</param>
    /// <param name="defaultFile">The SQLite file when there is no connection string.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static SagaDatabase Detect(string? connectionString, string defaultFile = "sagas.db")
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return Sqlite(new SqliteConnectionStringBuilder { DataSource = defaultFile }.ConnectionString);
        }

        if (PostgresAddress.IsAddress(connectionString))
        {
            connectionString = PostgresAddress.ToConnectionString(connectionString);
        }

        var keys = Parse(connectionString);
        if (keys.ContainsKey("Host") || keys.ContainsKey("Server"))
        {
            return PostgreSql(connectionString);
        }

        if (keys.ContainsKey("Data Source") || keys.ContainsKey("DataSource") || keys.ContainsKey("Filename"))
        {
            return Sqlite(connectionString);
        }

        throw new ArgumentException(
            "The connection string of the saga database has neither a Host, as for PostgreSQL, nor a Data Source, as for "
            + "SQLite. Write for instance \"Host=localhost;Database=sagas;Username=sagas;Password=...\", "
            + "\"postgres://user:password@host:5432/sagas\" or \"Data Source=sagas.db\".",
            nameof(connectionString));
    }

    private static DbConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = connectionString };
        }
        catch (ArgumentException)
        {
            // The text itself stays out of the message: it may hold a password.
            throw new ArgumentException(
                "The connection string of the saga database cannot be read. Write key=value pairs, separated by "
                + "semicolons, for instance \"Host=localhost;Database=sagas;Username=sagas;Password=...\" or "
                + "\"Data Source=sagas.db\".",
                nameof(connectionString));
        }
    }

    private static SagaDatabase PostgreSql(string connectionString)
    {
        var builder = Build(connectionString);
        Check(
            PostgresKeys.MisplacedIn(builder),
            "Host=localhost;Database=sagas;Username=sagas;Password=...\" or \"postgres://user:password@host:5432/sagas");
        return new SagaDatabase(
            SagaDatabaseKind.PostgreSql,
            builder.ConnectionString,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}"))
        {
            PooledConnectionString = PreparationKeys.Any(Parse(connectionString).ContainsKey)
                ? null
                : new NpgsqlConnectionStringBuilder(builder.ConnectionString) { MaxAutoPrepare = 0 }.ConnectionString,
        };
    }

    private static NpgsqlConnectionStringBuilder Build(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder($"{PostgreSqlDefaults}{connectionString}");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw new ArgumentException(
                $"The connection string of the saga database is not PostgreSQL's: {PostgresKeys.MistakeOf(Parse(connectionString))}",
                nameof(connectionString));
        }
    }

    /// <exception cref="ArgumentException">
    /// A part that is shown to people holds others, which may be a password.
    /// </exception>
    private static void Check(string? misplaced, string form)
    {
        if (misplaced is not null)
        {
            throw new ArgumentException(
                $"The {misplaced} in the connection string of the saga database holds other parts of it. Write key=value pairs, "
                + $"separated by semicolons, or an address that stands alone, for instance \"{form}\".",
                nameof(misplaced));
        }
    }

    private static SqliteConnectionStringBuilder BuildSqlite(string connectionString)
    {
        try
        {
            return new SqliteConnectionStringBuilder($"{SqliteDefaults}{connectionString}");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw new ArgumentException(
                "The connection string of the saga database is not SQLite's: it has a key, or a value, that is not known there. "
                + $"Allowed: {string.Join(", ", new SqliteConnectionStringBuilder().Keys.Cast<string>())}.",
                nameof(connectionString));
        }
    }

    private static SagaDatabase Sqlite(string connectionString)
    {
        var builder = BuildSqlite(connectionString);
        if (builder.DataSource is ":memory:" or "" || builder.Mode == SqliteOpenMode.Memory)
        {
            throw new ArgumentException(
                "The saga database is a SQLite database in memory, which is gone with its connection. Name a file, for "
                + "instance \"Data Source=sagas.db\".",
                nameof(connectionString));
        }

        var isAlone = !builder.DataSource.Contains('=') && !builder.DataSource.Contains("://", StringComparison.Ordinal);
        Check(isAlone ? null : "Data Source", "Data Source=sagas.db");
        var file = Path.GetFullPath(builder.DataSource);
        builder.DataSource = file;
        return new SagaDatabase(SagaDatabaseKind.Sqlite, builder.ConnectionString, file);
    }
}
