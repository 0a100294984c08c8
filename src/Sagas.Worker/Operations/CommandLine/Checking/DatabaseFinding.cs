using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sagas.Persistence;

namespace Sagas.Worker.Operations.CommandLine.Checking;

/// <summary>Says what a failure of the database means, and what to do.</summary>
internal static class DatabaseFinding
{
    private const string Setting = "ConnectionStrings__Sagas";
    private const int SqliteCannotOpen = 14;
    private const int SqliteNotADatabase = 26;

    public static (string Finding, string Advice) Of(Exception exception, SagaDatabase database) => exception switch
    {
        PostgresException { SqlState: "28P01" or "28000" } postgres => (
            $"{database.DisplayName} refuses the credentials: {postgres.MessageText}.",
            $"Check Username and Password in {Setting}."),
        PostgresException { SqlState: "3D000" } => (
            $"The server answers, but has no such database: {database.DisplayName}.",
            $"Create it (CREATE DATABASE …), or name another one in {Setting}."),
        PostgresException { SqlState: "42501" } postgres => (
            $"{database.DisplayName} denies what the worker needs: {postgres.MessageText}.",
            "Give the user the right to create the schema 'sagas', or the rights on it and its tables."),
        PostgresException { SqlState: "53300" } postgres => (
            $"{database.DisplayName} has no connection left: {postgres.MessageText}.",
            "Raise max_connections, or lower 'Maximum Pool Size' in the connection strings."),
        PostgresException postgres => (
            $"{database.DisplayName} answers with an error: {postgres.MessageText} (SQLSTATE {postgres.SqlState}).",
            "The server's log says more."),
        SqliteException { SqliteErrorCode: SqliteCannotOpen } => (
            $"The file {database.DisplayName} cannot be opened.",
            $"Check that its folder is there and that this user may write in it, or name another file in {Setting}."),
        SqliteException { SqliteErrorCode: SqliteNotADatabase } => (
            $"The file {database.DisplayName} is no SQLite database.", $"Name another file in {Setting}."),
        SqliteException sqlite => (
            $"The file {database.DisplayName}: {sqlite.Message}",
            "See who else has the file open, and the disk's room."),
        NpgsqlException or TimeoutException or SocketException => (
            $"{database.DisplayName} does not answer: {Innermost(exception)}",
            "See that PostgreSQL runs there and can be reached from here, "
                + $"and that {Setting} names the right host and port."),
        DbException => ($"{database.DisplayName}: {exception.Message}", $"Check {Setting}."),
        _ => ($"{database.DisplayName}: {Innermost(exception)}", $"Check {Setting}."),
    };

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
