using System.Collections;
using System.ComponentModel;
using System.Data.Common;
using System.Reflection;
using Npgsql;
using Sagas.Contracts.Text;

namespace Sagas.Persistence.Configuration;

/// <summary>Finds what is wrong with a PostgreSQL connection string, without repeating a value of it.</summary>
internal static class PostgresKeys
{
    private static readonly string[] Names =
    [
        .. typeof(NpgsqlConnectionStringBuilder).GetProperties()
            .Select(x => x.GetCustomAttribute<DisplayNameAttribute>()?.DisplayName)
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What is wrong, for people.</summary>
    public static string MistakeOf(DbConnectionStringBuilder pairs)
    {
        foreach (string key in (IEnumerable)pairs.Keys)
        {
            if (Fits(key, pairs[key]))
            {
                continue;
            }

            if (Names.FirstOrDefault(x => x.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                return $"{known} has a value that is not allowed.";
            }

            // An unknown name stays out of the message: behind a ';' that is not quoted it is a part of the password.
            return Suggestion.For(key, Names) is { } meant
                ? $"one of its keys is not known. Did you mean {meant}?"
                : "one of its keys is not known. A password with a ';' in it stands in quotes: Password='a;b'.";
        }

        return "two of its settings exclude each other.";
    }

    /// <summary>
    /// The key whose value holds other parts of the connection string, as in libpq's form (<c>host=db password=…</c>), behind
    /// a comma, or in an address. It would be shown, or looked up in DNS.
    /// </summary>
    public static string? MisplacedIn(NpgsqlConnectionStringBuilder builder) =>
        HoldsOthers(builder.Host, '=', '@', ' ') ? "Host"
        : HoldsOthers(builder.Database, '=') ? "Database"
        : HoldsOthers(builder.Username, '=', ':') ? "Username"
        : null;

    private static bool HoldsOthers(string? value, params ReadOnlySpan<char> separators) =>
        value is not null && (value.AsSpan().ContainsAny(separators) || value.Contains("://", StringComparison.Ordinal));

    private static bool Fits(string key, object value)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder { [key] = value };
            return true;
        }
        catch (Exception exception)
            when (exception is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            return false;
        }
    }
}
