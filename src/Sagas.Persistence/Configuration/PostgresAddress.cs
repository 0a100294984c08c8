using Npgsql;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// A PostgreSQL connection string as hosting platforms hand it out: <c>postgres://user:password@host:5432/database</c>, the
/// connection URI of libpq (PostgreSQL's documentation, chapter "Connection Strings").
/// </summary>
/// <remarks>By hand: Npgsql reads key=value pairs only.</remarks>
internal static class PostgresAddress
{
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    // libpq's names, and what they are called in Npgsql.
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslnegotiation"] = "SSL Negotiation",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["verify-ca"] = "VerifyCA",
        ["verify-full"] = "VerifyFull",
    };

    /// <summary>Whether the text is such an address, right or wrong.</summary>
    public static bool IsAddress(string text) =>
        Array.Exists(Schemes, x => text.TrimStart().StartsWith(x, StringComparison.OrdinalIgnoreCase));

    /// <summary>The connection string that it stands for, with no more than the address says.</summary>
    /// <exception cref="ArgumentException">It is malformed. The message repeats no part of it.</exception>
    public static string ToConnectionString(string address)
    {
        if (!Uri.TryCreate(address.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Fragment.Length > 0)
        {
            throw new ArgumentException(
                "The address of the saga database cannot be read. Write postgres://user:password@host:5432/database, with "
                + "every character of user and password that is no letter, digit, '-', '.', '_' or '~' percent-encoded "
                + "('/' as %2F, '@' as %40).",
                nameof(address));
        }

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host.Trim('[', ']') };
        if (uri.Port > 0)
        {
            builder.Port = uri.Port;
        }

        if (uri.AbsolutePath.Length > 1)
        {
            builder.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        }

        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            Put(builder, pair.Split('=', 2));
        }

        return builder.ConnectionString;
    }

    private static void Put(NpgsqlConnectionStringBuilder builder, string[] pair)
    {
        if (!Parameters.TryGetValue(pair[0], out var key))
        {
            // Its name stays out of the message: behind a '?' that is not encoded it is a part of the password.
            throw new ArgumentException(
                "The address of the saga database has a parameter behind its '?' that is not known. Allowed: "
                + $"{string.Join(", ", Parameters.Keys)}. A '?' in a password is written as %3F.",
                nameof(pair));
        }

        var value = Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : "");
        try
        {
            builder[key] = Values.GetValueOrDefault(value, value);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw new ArgumentException(
                $"The parameter {pair[0]} in the address of the saga database has a value that is not allowed.", nameof(pair));
        }
    }
}
