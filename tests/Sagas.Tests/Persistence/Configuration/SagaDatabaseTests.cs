using Npgsql;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Configuration;

public sealed class SagaDatabaseTests
{
    [Theory]
    [InlineData("Host=db;Database=sagas;Username=me;Password=secret", "db:5432/sagas")]
    [InlineData("Server=db;Port=6000;Username=me;Password=secret", "db:6000/me")]
    public void Detect_HostOrServer_IsPostgreSqlAndShowsNoPassword(string connectionString, string displayName)
    {
        var database = SagaDatabase.Detect(connectionString);

        database.Kind.ShouldBe(SagaDatabaseKind.PostgreSql);
        database.DisplayName.ShouldBe(displayName);
    }

    [Fact]
    public void Detect_PostgreSql_SetsWhatTheUserLeftOpen()
    {
        var settings = new NpgsqlConnectionStringBuilder(SagaDatabase.Detect("Host=db").ConnectionString);

        settings.ShouldSatisfyAllConditions(
            () => settings.CommandTimeout.ShouldBe(10),
            () => settings.Timeout.ShouldBe(5),
            () => settings.NoResetOnClose.ShouldBeTrue(),
            () => settings.MaxAutoPrepare.ShouldBe(64),
            () => settings.GssEncryptionMode.ShouldBe(GssEncryptionMode.Disable));
    }

    [Fact]
    public void Detect_PostgreSql_KeepsWhatTheUserSet()
    {
        var settings = new NpgsqlConnectionStringBuilder(SagaDatabase.Detect(
            "Host=db;CommandTimeout=33;Timeout=7;NoResetOnClose=false;MaxAutoPrepare=0").ConnectionString);

        settings.ShouldSatisfyAllConditions(
            () => settings.CommandTimeout.ShouldBe(33),
            () => settings.Timeout.ShouldBe(7),
            () => settings.NoResetOnClose.ShouldBeFalse(),
            () => settings.MaxAutoPrepare.ShouldBe(0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Detect_Nothing_IsTheDefaultSqliteFile(string? connectionString)
    {
        var database = SagaDatabase.Detect(connectionString);

        database.Kind.ShouldBe(SagaDatabaseKind.Sqlite);
        database.DisplayName.ShouldBe(Path.GetFullPath("sagas.db"));
    }

    [Theory]
    [InlineData("Data Source=orders.db")]
    [InlineData("DataSource=orders.db")]
    [InlineData("Filename=orders.db")]
    public void Detect_DataSource_IsThatSqliteFile(string connectionString)
    {
        SagaDatabase.Detect(connectionString).DisplayName.ShouldBe(Path.GetFullPath("orders.db"));
    }

    [Theory]
    [InlineData("Initial Catalog=sagas;Password=secret", "neither a Host")]
    [InlineData("postgres://me:secret@db/sagas", "cannot be read")]
    [InlineData("Data Source=:memory:", "in memory")]
    public void Detect_NeitherOrUnusable_SaysWhatToWriteAndNoPassword(string connectionString, string words)
    {
        var error = Should.Throw<ArgumentException>(() => SagaDatabase.Detect(connectionString));

        error.Message.ShouldContain(words);
        error.Message.ShouldContain("Data Source=sagas.db");
        error.Message.ShouldNotContain("secret");
    }
}
