using System.Net.Sockets;
using MassTransit;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Configuration;

public sealed class DatabaseFailuresTests
{
    public static TheoryData<Exception> NoAnswer =>
    [
        new NpgsqlException("Exception while reading from stream"),
        new SocketException((int)SocketError.ConnectionRefused),
        new TimeoutException("The operation has timed out.") { Source = "Npgsql" },
    ];

    [Theory]
    [MemberData(nameof(NoAnswer))]
    public void IsTransient_NoAnswer_Yes(Exception exception) => DatabaseFailures.IsTransient(exception).ShouldBeTrue();

    [Fact]
    public void IsTransient_NothingOfTheDatabases_No()
    {
        DatabaseFailures.IsTransient(new InvalidOperationException("a mistake")).ShouldBeFalse();
        DatabaseFailures.IsTransient(new TimeoutException("a service did not answer")).ShouldBeFalse();
    }

    [Proves("database-refuses-worker")]
    [Theory]
    [InlineData("08006")] // connection failure
    [InlineData("0A000")] // a plan from before a migration
    [InlineData("25006")] // read only
    [InlineData("25P02")]
    [InlineData("25P03")]
    [InlineData("26000")] // a prepared statement that a pooler lost
    [InlineData("28000")]
    [InlineData("28P01")] // password
    [InlineData("3D000")] // database
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("42501")] // rights
    [InlineData("42703")]
    [InlineData("42P01")] // table
    [InlineData("53100")] // disk
    [InlineData("53200")]
    [InlineData("53300")]
    [InlineData("55P03")]
    [InlineData("57014")]
    [InlineData("57P01")]
    [InlineData("57P02")]
    [InlineData("57P03")]
    [InlineData("58030")]
    [InlineData("P0001")] // RAISE in somebody's trigger
    [InlineData("XX000")]
    [InlineData("99999")] // what nobody knows yet
    public void IsTransient_PostgreSqlFails_Yes(string state) =>
        DatabaseFailures.IsTransient(new InvalidOperationException("around it", Postgres(state))).ShouldBeTrue();

    [Proves("database-refuses-worker")]
    [Theory]
    [InlineData("22003")]
    [InlineData("22021")]
    [InlineData("22P05")]
    [InlineData("23502")]
    [InlineData("23505")]
    [InlineData("23514")]
    [InlineData("44000")]
    [InlineData("54000")]
    [InlineData("XX001")] // a damaged row
    [InlineData("XX002")]
    public void IsTransient_PostgreSqlRefusesTheMessage_No(string state)
    {
        DatabaseFailures.IsTransient(Postgres(state)).ShouldBeFalse();
        DatabaseFailures.IsTransient(new NpgsqlException("around it", Postgres(state))).ShouldBeFalse();
    }

    [Proves("database-constraint-of-others")]
    [Theory]
    [InlineData("23502", "saga_history", "tenant", null)]
    [InlineData("23502", "saga_state", "started_by", null)]
    [InlineData("23503", "saga_state", null, "dba")]
    [InlineData("23505", "saga_state", null, "dba")]
    [InlineData("23505", "saga_history_2026_pkey", null, "saga_history_2026_01_pkey")]
    [InlineData("23514", "outbox_message", null, "dba")]
    [InlineData("23P01", "saga_state", null, "dba")]
    [InlineData("54000", "saga_state", null, "dba")]
    public void IsTransient_ConstraintThatIsNoneOfTheWorkers_Yes(string state, string table, string? column, string? constraint)
    {
        DatabaseFailures.IsTransient(Violation(state, "sagas", table, column, constraint)).ShouldBeTrue();

        // In an application's tables, its own handlers know what that means.
        DatabaseFailures.IsTransient(Violation(state, "shop", table, column, constraint)).ShouldBeFalse();

        // A trigger that names an SQLSTATE of these means to refuse the row for good.
        DatabaseFailures.IsTransient(Violation(state, "sagas", table, column, constraint, "exec_stmt_raise")).ShouldBeFalse();
    }

    [Proves("database-constraint-of-others")]
    [Theory]
    [InlineData("23502", "saga_state", "name", null)]
    [InlineData("23505", "saga_state", null, "saga_state_pkey")]
    [InlineData("54000", "saga_state", null, "ix_saga_state_name")]
    public void IsTransient_ConstraintOfTheWorkers_No(string state, string table, string? column, string? constraint) =>
        DatabaseFailures.IsTransient(Violation(state, "sagas", table, column, constraint)).ShouldBeFalse();

    [Fact]
    public void IsTransient_RowThatAnotherDeliveryWrote_Yes() => DatabaseFailures
        .IsTransient(new ConcurrencyException("meanwhile", typeof(object), Guid.Empty, Postgres("23505")))
        .ShouldBeTrue();

    [Fact]
    public void IsTransient_SessionThatIsRefusedForASetting_Yes() => DatabaseFailures
        .IsTransient(new PostgresException("invalid value for parameter", "FATAL", "FATAL", "22023"))
        .ShouldBeTrue();

    [Theory]
    [InlineData(1)] // no such table, for instance
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(23)]
    [InlineData(26)]
    public void IsTransient_SqliteFails_Yes(int code) =>
        DatabaseFailures.IsTransient(new SqliteException("trouble", code)).ShouldBeTrue();

    [Theory]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(20)]
    public void IsTransient_SqliteRefusesTheMessage_No(int code) =>
        DatabaseFailures.IsTransient(new SqliteException("refused", code)).ShouldBeFalse();

    [Theory]
    [InlineData("25006", true)]
    [InlineData("53300", true)]
    [InlineData("57P03", true)]
    [InlineData("28000", false)]
    [InlineData("28P01", false)]
    [InlineData("3D000", false)]
    [InlineData("42501", false)]
    public void IsAway_PostgreSql_UnlessItIsTheConfigurationMoreOftenThanNot(string state, bool isAway) =>
        DatabaseFailures.IsAway(Postgres(state)).ShouldBe(isAway);

    [Proves("database-pooler-refuses")]
    [Theory]
    [InlineData("transaction blocks not allowed in statement pooling mode", false)]
    [InlineData("unsupported startup parameter: search_path", false)]
    [InlineData("SASL authentication failed", false)]
    [InlineData("no such database: sagas", false)]
    [InlineData("server login has been failing, cached error: connection refused", true)]
    [InlineData("no more connections allowed (max_client_conn)", true)]
    [InlineData("query_wait_timeout", true)]
    public void IsAway_PoolerRefuses_UnlessItIsTheServersTrouble(string text, bool isAway)
    {
        var refused = new PostgresException(text, "FATAL", "FATAL", "08P01");

        DatabaseFailures.IsAway(refused).ShouldBe(isAway);
        DatabaseFailures.IsTransient(refused).ShouldBeTrue();
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(10, true)]
    [InlineData(13, true)]
    [InlineData(3, false)]
    [InlineData(8, false)]
    [InlineData(11, false)]
    [InlineData(14, false)]
    [InlineData(26, false)]
    public void IsAway_Sqlite_UnlessTheFileCannotBeUsed(int code, bool isAway) =>
        DatabaseFailures.IsAway(new SqliteException("trouble", code)).ShouldBe(isAway);

    private static PostgresException Postgres(string state) => new("trouble", "ERROR", "ERROR", state);

    [Fact]
    public void ReasonOf_RefusedRow_HasNoDetails()
    {
        var refused = new PostgresException("refused by \"dba\"", "ERROR", "ERROR", "23514", detail: "Failing row contains (hush).");

        DatabaseFailures.ReasonOf(refused).ShouldBe("23514: refused by \"dba\"");
    }

    private static PostgresException Violation(
        string state, string schema, string table, string? column, string? constraint, string routine = "ExecConstraints") => new(
        "refused", "ERROR", "ERROR", state, schemaName: schema, tableName: table, columnName: column, constraintName: constraint, routine: routine);
}
