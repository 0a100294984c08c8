using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Sagas.Persistence;

/// <summary>Which database a connection string means, with the settings that sagas need and it does not name.</summary>
public sealed class SagaDatabase
{
    // What the user's own settings follow, and so override.
    private const string PostgreSqlDefaults =
        "Command Timeout=10;Timeout=5;No Reset On Close=true;Max Auto Prepare=64;GSS Encryption Mode=Disable;"
        + "Application Name=sagas;";

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

    /// <summary>What to show people: <c>host:port/database</c>, or the file's full path. Never a password.</summary>
    public string DisplayName { get; }

    /// <summary>
    /// PostgreSQL when the connection string names a <c>Host</c> or <c>Server</c>; SQLite when it names a <c>Data
    /// Source</c>, or when it is absent. For PostgreSQL, what it leaves open becomes <c>Command Timeout=10</c>,
    /// <c>Timeout=5</c>, <c>No Reset On Close=true</c>, <c>Max Auto Prepare=64</c> and
    /// <c>GSS Encryption Mode=Disable</c>.
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
            $"The connection string of the saga database has the keys {string.Join(", ", keys.Keys.Cast<string>())}: "
            + "neither a Host, as for PostgreSQL, nor a Data Source, as for SQLite. Write for instance "
            + "\"Host=localhost;Database=sagas;Username=sagas;Password=...\" or \"Data Source=sagas.db\".",
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
        var builder = new NpgsqlConnectionStringBuilder($"{PostgreSqlDefaults}{connectionString}");
        return new SagaDatabase(
            SagaDatabaseKind.PostgreSql,
            builder.ConnectionString,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}"));
    }

    private static SagaDatabase Sqlite(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder($"{SqliteDefaults}{connectionString}");
        if (builder.DataSource is ":memory:" or "" || builder.Mode == SqliteOpenMode.Memory)
        {
            throw new ArgumentException(
                "The saga database is a SQLite database in memory, which is gone with its connection. Name a file, for "
                + "instance \"Data Source=sagas.db\".",
                nameof(connectionString));
        }

        var file = Path.GetFullPath(builder.DataSource);
        builder.DataSource = file;
        return new SagaDatabase(SagaDatabaseKind.Sqlite, builder.ConnectionString, file);
    }
}
