using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Delivery;
using Sagas.Tests.Persistence.Contract.UserCode;
using Sagas.Tests.Persistence.Sqlite;

namespace Sagas.Tests.Persistence.Delivery;

/// <summary>What a context knows after a delivery that was rolled back.</summary>
public sealed class TrackedEntitiesTests : IAsyncDisposable
{
    private readonly SqliteTestDatabase _database = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_AttemptSavedAndWasRolledBack_EveryEntityIsAsItWas()
    {
        await using var shop = Open();
        await shop.Database.EnsureCreatedAsync(Ct);
        var (read, changed, deleted) = (new AuditRow { Text = "read" }, new AuditRow { Text = "old" }, new AuditRow());
        shop.AddRange(read, changed, deleted);
        await shop.SaveChangesAsync(Ct);
        var added = new AuditRow { Text = "added" };
        shop.Add(added);
        shop.Remove(deleted);
        changed.Text = "changed";

        var before = TrackedEntities.Of(shop);
        await using (await shop.Database.BeginTransactionAsync(Ct))
        {
            read.Text = "of the attempt";
            changed.Text = "of the attempt";
            shop.Add(new AuditRow { Text = "of the attempt" });
            await shop.SaveChangesAsync(Ct);
        }

        before.Restore(shop);

        shop.ChangeTracker.DetectChanges();
        shop.ChangeTracker.Entries().Select(entry => (entry.Entity, entry.State)).ShouldBe(
            [
                (read, EntityState.Unchanged),
                (changed, EntityState.Modified),
                (deleted, EntityState.Deleted),
                (added, EntityState.Added),
            ],
            ignoreOrder: true);
        (read.Text, changed.Text).ShouldBe(("read", "changed"));
        await shop.SaveChangesAsync(Ct);
        await using var other = Open();
        (await other.Audit.Select(row => row.Text).ToListAsync(Ct)).ShouldBe(
            ["read", "changed", "added"], ignoreOrder: true);
    }

    public ValueTask DisposeAsync()
    {
        return _database.DisposeAsync();
    }

    private ShopDbContext Open()
    {
        return new ShopDbContext(
            new DbContextOptionsBuilder<ShopDbContext>().UseSqlite(_database.ConnectionString).Options);
    }
}
