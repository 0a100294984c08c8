using Microsoft.Data.Sqlite;
using Npgsql;
using Sagas.Persistence;
using Sagas.Worker.CommandLine.Checking;

namespace Sagas.Tests.Operations.CommandLine;

public sealed class DatabaseFindingTests
{
    private static readonly SagaDatabase Postgres = SagaDatabase.Detect("Host=db;Database=sagas;Password=hush");
    private static readonly SagaDatabase Sqlite = SagaDatabase.Detect("Data Source=/data/sagas.db");

    [Proves("database-refuses-worker")]
    [Theory]
    [InlineData("28000", "refuses the credentials")]
    [InlineData("28P01", "refuses the credentials")]
    [InlineData("3D000", "has no such database")]
    [InlineData("42501", "denies what the worker needs")]
    [InlineData("42P01", "has not what the worker needs")]
    [InlineData("25006", "may only be read")]
    [InlineData("53100", "has no room left")]
    [InlineData("53300", "has no connection left")]
    [InlineData("57P03", "starts or stops")]
    [InlineData("XX001", "is damaged")]
    [InlineData("99999", "(SQLSTATE 99999)")]
    public void Of_PostgreSql_SaysWhatItIsAndWhatToDo(string state, string finding)
    {
        var found = DatabaseFinding.Of(new PostgresException("trouble", "ERROR", "ERROR", state), Postgres);

        found.Finding.ShouldContain(finding);
        found.Finding.ShouldContain("db:5432/sagas");
        found.Advice.ShouldNotBeEmpty();
        (found.Finding + found.Advice).ShouldNotContain("hush");
    }

    [Theory]
    [InlineData(5, "is locked by another process")]
    [InlineData(6, "is locked by another process")]
    [InlineData(8, "may not be written to")]
    [InlineData(11, "is damaged")]
    [InlineData(13, "cannot grow")]
    [InlineData(14, "cannot be opened")]
    [InlineData(26, "is no SQLite database")]
    [InlineData(10, "trouble")]
    public void Of_Sqlite_SaysWhatItIsAndWhatToDo(int code, string finding)
    {
        var found = DatabaseFinding.Of(new SqliteException("trouble", code), Sqlite);

        found.Finding.ShouldContain(finding);
        found.Finding.ShouldContain("sagas.db");
        found.Advice.ShouldNotBeEmpty();
    }
}
