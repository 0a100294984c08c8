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
    [InlineData("secret", "cannot be read")]
    [InlineData("Data Source=:memory:", "in memory")]
    public void Detect_NeitherOrUnusable_SaysWhatToWriteAndNoPassword(string connectionString, string words)
    {
        var error = Should.Throw<ArgumentException>(() => SagaDatabase.Detect(connectionString));

        error.Message.ShouldContain(words);
        error.Message.ShouldContain("Data Source=sagas.db");
        error.Message.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("postgres://me:secret@db/sagas", "Host=db;Database=sagas;Username=me;Password=secret")]
    [InlineData("postgresql://me:s%3Bc%2Fr%40t@db:6432/sagas", "Host=db;Port=6432;Database=sagas;Username=me;Password='s;c/r@t'")]
    [InlineData("POSTGRES://db", "Host=db")]
    [InlineData("postgres://me@[::1]:5433", "Host=::1;Port=5433;Username=me")]
    [InlineData("postgres://db/sagas?target_session_attrs=read-write", "Host=db;Database=sagas;Target Session Attributes=read-write")]
    [InlineData(
        "postgres://me:x@db/sagas?sslmode=verify-full&sslrootcert=%2Fca.pem&connect_timeout=7&application_name=a%20b",
        "Host=db;Database=sagas;Username=me;Password=x;SSL Mode=VerifyFull;Root Certificate=/ca.pem;Timeout=7;Application Name=a b")]
    public void Detect_Address_IsThatPostgreSql(string address, string connectionString)
    {
        var database = SagaDatabase.Detect(address);

        database.Kind.ShouldBe(SagaDatabaseKind.PostgreSql);
        database.ConnectionString.ShouldBe(SagaDatabase.Detect(connectionString).ConnectionString);
    }

    [Theory]
    [InlineData("postgres://me:secret@", "cannot be read")]
    [InlineData("postgres://me:sec/ret@db/sagas", "cannot be read")]
    [InlineData("postgres://me:secret#@db/sagas", "cannot be read")]
    [InlineData("postgres://db/sagas?secret=1", "behind its '?' that is not known")]
    [InlineData("postgres://db/sagas?sslmode=secret", "sslmode")]
    [InlineData("Host=db;Password=a;secret=b", "Password='a;b'")]
    [InlineData("Host=db;Port=secret", "Port has a value")]
    [InlineData("Host=db;Usernam=secret", "Did you mean Username?")]
    [InlineData("host=db dbname=sagas user=me password=secret", "The Host in the connection string")]
    [InlineData("Host=db,Database=sagas,Username=me,Password=secret", "The Host in the connection string")]
    [InlineData("Host=postgres://me:secret@db/sagas", "The Host in the connection string")]
    [InlineData("Host=me:secret@db", "The Host in the connection string")]
    [InlineData("Host=db Password=secret;Database=sagas", "The Host in the connection string")]
    [InlineData("Host=db;Database=sagas Username=me Password=secret", "The Database in the connection string")]
    [InlineData("Host=db;Database=postgres://me:secret@db/sagas", "The Database in the connection string")]
    [InlineData("Host=db;Username=me:secret", "The Username in the connection string")]
    [InlineData("Data Source=sagas.db Password=secret", "The Data Source in the connection string")]
    [InlineData("Data Source=postgres://me:secret@db/sagas", "The Data Source in the connection string")]
    [InlineData("Data Source=sagas.db;Pasword=secret", "is not SQLite's")]
    [InlineData("Data Source=sagas.db;Mode=secret", "is not SQLite's")]
    public void Detect_Mistake_SaysWhatIsWrongAndNoPartOfIt(string connectionString, string words)
    {
        var error = Should.Throw<ArgumentException>(() => SagaDatabase.Detect(connectionString));

        error.Message.ShouldContain(words);
        error.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("Host=db", 0)]
    [InlineData("Host=db;Max Auto Prepare=7", null)]
    [InlineData("Host=db;MaxAutoPrepare=7", null)]
    [InlineData("Data Source=orders.db", null)]
    public void Detect_ForConnectionsThroughAPooler_PreparesNothingUnlessTheUserSaysSo(string connectionString, int? prepared)
    {
        var pooled = SagaDatabase.Detect(connectionString).PooledConnectionString;

        (pooled is null ? (int?)null : new NpgsqlConnectionStringBuilder(pooled).MaxAutoPrepare).ShouldBe(prepared);
    }
}
