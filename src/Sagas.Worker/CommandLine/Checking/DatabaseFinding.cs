using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sagas.Persistence;
using Sagas.Persistence.Configuration;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Says what a failure of the database means, and what to do.</summary>
internal static class DatabaseFinding
{
    private const string Setting = "ConnectionStrings__Sagas";

    /// <summary>The exit code of a command that cannot go on: whether it is the configuration that is wrong.</summary>
    public static int ExitCodeOf(Exception exception) => PoolerRefusals.Of(exception) switch
    {
        PoolerRefusal.StatementMode or PoolerRefusal.StartupParameter => ExitCodes.Usage,
        _ => ExitCodes.NotWell,
    };

    public static (string Finding, string Advice) Of(Exception exception, SagaDatabase database) => exception switch
    {
        PostgresException postgres when PoolerRefusals.Of(postgres) is var refusal and not PoolerRefusal.None =>
            OfPooler(refusal, postgres.MessageText, database.DisplayName),
        PostgresException postgres => OfPostgres(postgres, database.DisplayName),
        SqliteException sqlite => OfSqlite(sqlite, database.DisplayName),
        NpgsqlException or TimeoutException or SocketException => (
            $"{database.DisplayName} does not answer: {Innermost(exception)}",
            "See that PostgreSQL runs there and can be reached from here, "
                + $"and that {Setting} names the right host and port."),
        DbException => ($"{database.DisplayName}: {exception.Message}", $"Check {Setting}."),
        _ => ($"{database.DisplayName}: {Innermost(exception)}", $"Check {Setting}."),
    };

    private static (string Finding, string Advice) OfPooler(PoolerRefusal refusal, string text, string name) =>
        refusal switch
        {
            PoolerRefusal.StatementMode => (
                $"The connection pooler at {name} is in statement mode, in which there are no transactions: {text}.",
                "Set pool_mode = transaction or session there, or connect to the server itself."),
            PoolerRefusal.StartupParameter => (
                $"The connection pooler at {name} does not take a setting of the connection string: {text}.",
                $"Remove it from {Setting}, or name it in the pooler's ignore_startup_parameters, and set it at the server "
                    + "(ALTER ROLE … SET …)."),
            PoolerRefusal.Database => (
                $"The connection pooler answers, but has no such database: {name}.",
                $"Name it in the pooler's [databases], or name another one in {Setting}."),
            _ => ($"{name} refuses the credentials: {text}.", $"Check Username and Password in {Setting}, and the pooler's users."),
        };

    private static (string Finding, string Advice) OfPostgres(PostgresException postgres, string name) =>
        (postgres.SqlState, postgres.SqlState[..2]) switch
        {
            (_, "28") => (
                $"{name} refuses the credentials: {postgres.MessageText}.",
                $"Check Username and Password in {Setting}."),
            ("3D000", _) => (
                $"The server answers, but has no such database: {name}.",
                $"Create it (CREATE DATABASE …), or name another one in {Setting}."),
            ("42501", _) => (
                $"{name} denies what the worker needs: {postgres.MessageText}.",
                "Give the user the right to create the schema 'sagas', or the rights on it and its tables."),
            (_, "42" or "3F") => (
                $"{name} has not what the worker needs: {postgres.MessageText} (SQLSTATE {postgres.SqlState}).",
                "Run 'migrate', and see that no other program has changed the schema 'sagas'."),
            ("25006", _) => (
                $"{name} may only be read: {postgres.MessageText}.",
                $"Name the server that takes writes in {Setting}, or see who set default_transaction_read_only."),
            ("53300", _) => (
                $"{name} has no connection left: {postgres.MessageText}.",
                "Raise max_connections, or lower 'Maximum Pool Size' in the connection strings."),
            (_, "53") => (
                $"{name} has no room left: {postgres.MessageText} (SQLSTATE {postgres.SqlState}).",
                "Give the server disk or memory; the worker goes on by itself then."),
            ("57P01" or "57P02" or "57P03", _) => (
                $"{name} starts or stops: {postgres.MessageText}.",
                "Wait for it; the worker does so too. If it lasts, the server's log says why."),
            ("XX001" or "XX002", _) => (
                $"{name} is damaged: {postgres.MessageText} (SQLSTATE {postgres.SqlState}).",
                "Stop the workers, and restore it or have it repaired: the server's log names the file."),
            _ => (
                $"{name} answers with an error: {postgres.MessageText} (SQLSTATE {postgres.SqlState}).",
                "The server's log says more."),
        };

    private static (string Finding, string Advice) OfSqlite(SqliteException sqlite, string name) =>
        sqlite.SqliteErrorCode switch
        {
            5 or 6 => (
                $"The file {name} is locked by another process.",
                "Find it (fuser, lsof) and end its transaction, or the process."),
            3 or 8 => (
                $"The file {name} may not be written to.",
                "Give this user the right to write it and its folder, "
                    + $"on a file system that is not read-only, or name another file in {Setting}."),
            11 => (
                $"The file {name} is damaged: {sqlite.Message}",
                "Stop the worker, and restore the file from a backup, or recover it (sqlite3 sagas.db .recover)."),
            13 => (
                $"The file {name} cannot grow: {sqlite.Message}",
                "Give the disk room; the worker goes on by itself then."),
            14 => (
                $"The file {name} cannot be opened.",
                "Check that its folder is there and that this user may write in it, "
                    + $"or name another file in {Setting}."),
            26 => ($"The file {name} is no SQLite database.", $"Name another file in {Setting}."),
            _ => ($"The file {name}: {sqlite.Message}", "See who else has the file open, and the disk's room."),
        };

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
