using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;
using Sagas.Persistence.Sql;

namespace Sagas.Tests.Persistence.Sqlite;

public sealed class SqliteWriteGatesTests
{
    private static readonly string FileName = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.db");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_RepositoryWithoutContainerWritesToTheFile_OthersWaitForTheirTurn()
    {
        await using var byHand = Context($"Data Source={FileName}");
        await using var outbox = Context($"Data Source={Path.GetRelativePath(Environment.CurrentDirectory, FileName)}");
        var turn = await WithoutContainer.Dialects.Of(byHand).EnterAsync(byHand, Ct);

        var next = new SqlDialects().Of(outbox).EnterAsync(outbox, Ct).AsTask();

        next.IsCompleted.ShouldBeFalse();
        turn.ShouldNotBeNull().Dispose();
        (await next).ShouldNotBeNull().Dispose();
    }

    [Fact]
    public void Of_DatabasesInMemory_IsOneForEachConnection()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        using var one = Context(connection);
        using var same = Context(connection);
        using var other = Context("Data Source=:memory:");

        SqliteWriteGates.Of(same).ShouldBeSameAs(SqliteWriteGates.Of(one));
        SqliteWriteGates.Of(other).ShouldNotBeSameAs(SqliteWriteGates.Of(one));
    }

    private static DbContext Context(string connectionString) =>
        new(new DbContextOptionsBuilder().UseSqlite(connectionString).Options);

    private static DbContext Context(SqliteConnection connection) =>
        new(new DbContextOptionsBuilder().UseSqlite(connection).Options);
}
