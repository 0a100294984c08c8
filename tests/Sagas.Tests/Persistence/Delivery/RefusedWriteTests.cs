using Microsoft.Data.Sqlite;
using Npgsql;
using Sagas.Persistence.Delivery;

namespace Sagas.Tests.Persistence.Delivery;

public sealed class RefusedWriteTests
{
    [Fact]
    public void Create_RowIsNotPermitted_SaysThatTheDatabaseDidNotAcceptIt()
    {
        var refused = new PostgresException("duplicate key", "ERROR", "ERROR", "23505");

        RefusedWrite.Create(refused, commits: true).Message
            .ShouldStartWith("The database did not accept what the delivery writes: ");
    }

    [Fact]
    public void Create_ConnectionIsLostInTheBatchThatCommits_SaysThatNobodyKnows()
    {
        var failure = RefusedWrite.Create(new NpgsqlException("Exception while reading from stream"), commits: true);

        failure.Message.ShouldBe(
            "Writing what the delivery changes failed, and whether it was committed is not known: "
            + "Exception while reading from stream");
        failure.InnerException.ShouldBeOfType<NpgsqlException>();
    }

    [Fact]
    public void Create_StatementFailedBeforeTheCommit_SaysNeither()
    {
        RefusedWrite.Create(new NpgsqlException("cut"), commits: false).Message
            .ShouldBe("Writing what the delivery changes failed: cut");
        RefusedWrite.Create(new PostgresException("deadlock", "ERROR", "ERROR", "40P01"), commits: true).Message
            .ShouldStartWith("Writing what the delivery changes failed: ");
        RefusedWrite.Create(new SqliteException("database is locked", 5), commits: true).Message
            .ShouldBe("Writing what the delivery changes failed: database is locked");
    }
}
