using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Sagas.Persistence;

/// <summary>Which database a connection string means, with the settings that sagas need and it does not name.</summary>
public sealed class SagaDatabase
{
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
    /// PostgreSQL when the connection string names a <c>Host</c> or <c>Server</c>; SQLite when it names a <c>Data Source</c>,
    /// or when it is absent. For PostgreSQL, what it leaves open becomes <c>Command Timeout=10</c>, <c>Timeout=5</c>,
    /// <c>No Reset On Close=true</c> and <c>Max Auto Prepare=64</c>.
    /// </summary>
    /// <param name="connectionString">The connection string, or <see langword="null"/> for a SQLite file.</param>
    /// <param name="defaultFile">The SQLite file when there is no connection string.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static SagaDatabase Detect(string? connectionString, string defaultFile = "sagas.db")
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return Sqlite(new SqliteConnectionStringBuilder { DataSource = defaultFile });
        }

        var keys = Parse(connectionString);
        if (keys.ContainsKey("Host") || keys.ContainsKey("Server"))
        {
            return PostgreSql(new NpgsqlConnectionStringBuilder(connectionString));
        }

        if (keys.ContainsKey("Data Source") || keys.ContainsKey("DataSource") || keys.ContainsKey("Filename"))
        {
            return Sqlite(new SqliteConnectionStringBuilder(connectionString));
        }

        throw new ArgumentException(
            $"The connection string of the saga database has the keys {string.Join(", ", keys.Keys.Cast<string>())}: neither a "
            + "Host, as for PostgreSQL, nor a Data Source, as for SQLite. Write for instance "
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
                "The connection string of the saga database cannot be read. Write key=value pairs, separated by semicolons, for "
                + "instance \"Host=localhost;Database=sagas;Username=sagas;Password=...\" or \"Data Source=sagas.db\".",
                nameof(connectionString));
        }
    }

    private static SagaDatabase PostgreSql(NpgsqlConnectionStringBuilder builder)
    {
        if (!builder.ContainsKey("Command Timeout"))
        {
            builder.CommandTimeout = 10;
        }

        if (!builder.ContainsKey("Timeout"))
        {
            builder.Timeout = 5;
        }

        if (!builder.ContainsKey("No Reset On Close"))
        {
            builder.NoResetOnClose = true;
        }

        if (!builder.ContainsKey("Max Auto Prepare"))
        {
            builder.MaxAutoPrepare = 64;
        }

        if (!builder.ContainsKey("Application Name"))
        {
            builder.ApplicationName = "sagas";
        }

        return new SagaDatabase(
            SagaDatabaseKind.PostgreSql,
            builder.ConnectionString,
            string.Create(CultureInfo.InvariantCulture, $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}"));
    }

    private static SagaDatabase Sqlite(SqliteConnectionStringBuilder builder)
    {
        if (!builder.ContainsKey("Foreign Keys"))
        {
            builder.ForeignKeys = true;
        }

        var file = Path.GetFullPath(builder.DataSource);
        builder.DataSource = file;
        return new SagaDatabase(SagaDatabaseKind.Sqlite, builder.ConnectionString, file);
    }
}
