using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Samples;

/// <summary>Where the participants' database is.</summary>
public static class SamplesDatabase
{
    public const string DefaultConnectionString = "Data Source=participants.db";

    /// <summary>Uses PostgreSQL where the connection string names a host, otherwise SQLite.</summary>
    public static void Use(DbContextOptionsBuilder options, string? connectionString)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = string.IsNullOrWhiteSpace(connectionString) ? DefaultConnectionString : connectionString;
        if (IsPostgres(text))
        {
            options.UseNpgsql(text);
        }
        else
        {
            options.UseSqlite(text);
        }
    }

    /// <summary>Whether the connection string is one of PostgreSQL.</summary>
    public static bool IsPostgres(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return false;
        }

        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return parts.ContainsKey("Host") || parts.ContainsKey("Server");
    }
}
