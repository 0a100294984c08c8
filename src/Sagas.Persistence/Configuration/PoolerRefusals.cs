using Npgsql;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// What a connection pooler (PgBouncer) refuses by itself, and always will. It has one SQLSTATE for that and for the troubles of
/// the server behind it (08P01), so that its words tell; those troubles pass, and are none of these.
/// </summary>
internal static class PoolerRefusals
{
    private const string ProtocolViolation = "08P01";

    private static readonly (string Begin, PoolerRefusal Refusal)[] Words =
    [
        ("transaction blocks not allowed in statement pooling mode", PoolerRefusal.StatementMode),
        ("unsupported startup parameter", PoolerRefusal.StartupParameter),
        ("SASL authentication failed", PoolerRefusal.Credentials),
        ("password authentication failed", PoolerRefusal.Credentials),
        ("no such user", PoolerRefusal.Credentials),
        ("no such database", PoolerRefusal.Database),
    ];

    /// <summary>What the pooler refuses, if that is what failed.</summary>
    public static PoolerRefusal Of(Exception? exception) =>
        exception.Causes().OfType<PostgresException>().FirstOrDefault() is { SqlState: ProtocolViolation } refused
            ? Words.FirstOrDefault(x => refused.MessageText.StartsWith(x.Begin, StringComparison.OrdinalIgnoreCase)).Refusal
            : PoolerRefusal.None;
}

/// <summary>What a connection pooler refuses.</summary>
internal enum PoolerRefusal
{
    /// <summary>Nothing: it is the server's, or it passes.</summary>
    None,

    /// <summary>Transactions.</summary>
    StatementMode,

    /// <summary>A setting that the connection string has the session begin with.</summary>
    StartupParameter,

    /// <summary>The user, or the password.</summary>
    Credentials,

    /// <summary>The name of the database.</summary>
    Database,
}
