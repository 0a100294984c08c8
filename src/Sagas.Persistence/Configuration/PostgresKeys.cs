using System.Collections;
using System.ComponentModel;
using System.Data.Common;
using System.Reflection;
using Npgsql;

namespace Sagas.Persistence;

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
