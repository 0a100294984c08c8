using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Delivery.Sharing;
using Sagas.Persistence.Sql;

namespace Sagas.Tests.Persistence.Delivery;

/// <summary>What a shared transaction takes of what a context tracks.</summary>
public sealed class SharedTransactionSaveTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_RowsThatAreEqual_AreEachWrittenOnce()
    {
        await using var context = new LineContext();
        await using var transaction = Begin(context);
        Line[] lines = [new Line { Text = "same" }, new Line { Text = "same" }];
        lines[0].ShouldBe(lines[1]);
        context.AddRange(lines);

        await transaction.SaveAsync(Ct);
        await transaction.SaveAsync(Ct);

        var rows = transaction.Writes.Rows.Select(write => write.Row).ToArray();
        rows.Length.ShouldBe(2);
        rows.ShouldAllBe(row => lines.Any(line => ReferenceEquals(line, row)));
        ReferenceEquals(rows[0], rows[1]).ShouldBeFalse();
        transaction.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public async Task Save_RowIsChanged_IsWrittenOnce()
    {
        await using var context = new LineContext();
        await using var transaction = Begin(context);
        context.Attach(new Line { Id = 5 }).Entity.Text = "changed";

        await transaction.SaveAsync(Ct);
        await transaction.SaveAsync(Ct);

        transaction.Writes.Rows.ShouldHaveSingleItem().Operation.ShouldBe(RowOperation.Update);
        transaction.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public async Task Save_RowThatWasSavedIsRemoved_RefusesTheDelivery()
    {
        await using var context = new LineContext();
        await using var transaction = Begin(context);
        var line = context.Attach(new Line { Id = 5 }).Entity;
        line.Text = "changed";
        await transaction.SaveAsync(Ct);

        context.Remove(line);
        await transaction.SaveAsync(Ct);

        transaction.IsRefused.ShouldBeTrue();
    }

    [Fact]
    public async Task Save_RowWithAVersionIsChanged_RefusesTheDelivery()
    {
        await using var context = new LineContext();
        await using var transaction = Begin(context);
        context.Update(new Page { Id = 5 });

        await transaction.SaveAsync(Ct);

        transaction.IsRefused.ShouldBeTrue();
    }

    private static SharedTransaction Begin(LineContext context)
    {
        var maps = new EntityMaps();
        return new SharedTransaction(
            context, new PostgresDialect(), maps, new TrackedChanges(maps), null!, new TransactionSharing());
    }

    private sealed record Line
    {
        public long Id { get; set; }

        public string Text { get; set; } = "";
    }

    private sealed class Page
    {
        public long Id { get; set; }

        public int Version { get; set; }
    }

    private sealed class LineContext : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder options)
        {
            options.UseNpgsql("Host=nowhere");
        }

        protected override void OnModelCreating(ModelBuilder model)
        {
            model.Entity<Line>();
            model.Entity<Page>().Property(page => page.Version).IsConcurrencyToken();
        }
    }
}
