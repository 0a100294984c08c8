using System.Net.Sockets;
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

    [Theory]
    [InlineData("08006")]
    [InlineData("25006")]
    [InlineData("25P03")]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("53100")]
    [InlineData("53200")]
    [InlineData("53300")]
    [InlineData("55P03")]
    [InlineData("57014")]
    [InlineData("57P01")]
    [InlineData("57P02")]
    [InlineData("57P03")]
    [InlineData("58030")]
    public void IsTransient_PostgreSqlInTrouble_Yes(string state) =>
        DatabaseFailures.IsTransient(new InvalidOperationException("around it", Postgres(state))).ShouldBeTrue();

    [Theory]
    [InlineData("22003")]
    [InlineData("23505")]
    [InlineData("25P02")]
    [InlineData("28P01")]
    [InlineData("42P01")]
    public void IsTransient_PostgreSqlRefuses_No(string state) =>
        DatabaseFailures.IsTransient(Postgres(state)).ShouldBeFalse();

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(13)]
    [InlineData(14)]
    public void IsTransient_SqliteInTrouble_Yes(int code) =>
        DatabaseFailures.IsTransient(new SqliteException("trouble", code)).ShouldBeTrue();

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(19)]
    [InlineData(26)]
    public void IsTransient_SqliteRefuses_No(int code) =>
        DatabaseFailures.IsTransient(new SqliteException("refused", code)).ShouldBeFalse();

    [Fact]
    public void IsAway_SqliteFileCannotBeOpened_No()
    {
        DatabaseFailures.IsAway(new SqliteException("unable to open database file", 14)).ShouldBeFalse();
        DatabaseFailures.IsAway(new SqliteException("database or disk is full", 13)).ShouldBeTrue();
    }

    private static PostgresException Postgres(string state) => new("trouble", "ERROR", "ERROR", state);
}
