using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Delivery.Sharing;
using Sagas.Persistence.Sql;

namespace Sagas.Tests.Persistence.Delivery;

/// <summary>Which changes of a context others may write in its place.</summary>
public sealed class TrackedChangesTests
{
    [Fact]
    public void Find_NewRows_AreTheRows()
    {
        using var context = new PlainContext();
        var (one, other) = (new Keyed(), new Numbered());
        context.AddRange(one, other);

        Find(context).ShouldBe([one, other], ignoreOrder: true);
    }

    [Fact]
    public void Find_RowThatWasThere_IsLeftAlone()
    {
        using var context = new PlainContext();
        context.Attach(new Keyed { Id = Guid.NewGuid() });
        var added = new Keyed();
        context.Add(added);

        Find(context).ShouldBe([added]);
    }

    [Fact]
    public void Find_AttachedRowIsChanged_WritesWhatWasChanged()
    {
        using var context = new PlainContext();
        var row = context.Attach(new Keyed { Id = Guid.NewGuid(), Text = "" }).Entity;
        row.Text = "changed";

        var write = FindWrites(context).ShouldHaveSingleItem();

        (write.Operation, write.Row).ShouldBe((RowOperation.Update, row));
        write.Columns.Select(column => column.Name).ShouldBe([nameof(Keyed.Text)]);
    }

    [Fact]
    public void Find_AttachedRowIsRemoved_DeletesIt()
    {
        using var context = new PlainContext();
        var row = new Keyed { Id = Guid.NewGuid() };
        context.Remove(row);

        var write = FindWrites(context).ShouldHaveSingleItem();

        (write.Operation, write.Row).ShouldBe((RowOperation.Delete, row));
    }

    [Theory]
    [InlineData(EntityState.Modified)]
    [InlineData(EntityState.Deleted)]
    public void Find_RowWithAVersionIsNotNew_IsTheContextsOwn(EntityState state)
    {
        using var context = new PlainContext();
        context.Add(new Keyed());
        context.Entry(new Versioned { Id = Guid.NewGuid() }).State = state;

        Find(context).ShouldBeNull();
    }

    [Fact]
    public void Find_ColumnThatIsWrittenOnceIsChanged_IsTheContextsOwn()
    {
        using var context = new PlainContext();
        context.Attach(new Versioned { Id = Guid.NewGuid() });
        context.Attach(new Stamped { Id = Guid.NewGuid() }).Entity.MadeBy = "somebody else";

        Find(context).ShouldBeNull();
    }

    [Fact]
    public void Find_KeyGivenInPlaceOfTheDatabase_IsTheContextsOwn()
    {
        using var context = new PlainContext();
        context.Add(new Numbered { Id = 5 });

        Find(context).ShouldBeNull();
    }

    [Fact]
    public void Find_RowsThatReferToOthers_AreTheContextsOwn()
    {
        using var context = new PlainContext();
        context.Add(new Owner());

        Find(context).ShouldBeNull();
    }

    [Fact]
    public void Find_ContextOverridesSaving_IsItsOwn()
    {
        using var context = new OverridingContext();
        context.Add(new Keyed());

        Find(context).ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Find_SomebodyIsToldOfSaving_IsTheContextsOwn(bool before)
    {
        using var context = new PlainContext();
        context.Add(new Keyed());
        if (before)
        {
            context.SavingChanges += (_, _) => { };
        }
        else
        {
            context.SavedChanges += (_, _) => { };
        }

        Find(context).ShouldBeNull();
    }

    [Fact]
    public void Find_InterceptorOfSaving_IsTheContextsOwn()
    {
        using var context = new PlainContext(new Interceptor());
        context.Add(new Keyed());

        Find(context).ShouldBeNull();
    }

    [Fact]
    public void Accept_RowsThatWereWritten_AreNotWrittenAgain()
    {
        using var context = new PlainContext();
        object[] rows = [new Keyed(), new Numbered(), new Keyed { Id = Guid.NewGuid() }, new Keyed { Id = Guid.NewGuid() }];
        context.AddRange(rows[..2]);
        context.Update(rows[2]);
        context.Remove(rows[3]);

        TrackedChanges.Accept(context, rows);

        context.ChangeTracker.HasChanges().ShouldBeFalse();
        context.ChangeTracker.Entries().Select(entry => entry.Entity).ShouldBe([rows[0], rows[2]], ignoreOrder: true);
    }

    private static object[]? Find(DbContext context)
    {
        return FindWrites(context)?.Select(write => write.Row).ToArray();
    }

    private static IReadOnlyList<RowWrite>? FindWrites(DbContext context)
    {
        return new TrackedChanges(new EntityMaps()).Find(context);
    }

    private sealed class Keyed
    {
        public Guid Id { get; set; }

        public string? Text { get; set; }
    }

    private sealed class Versioned
    {
        public Guid Id { get; set; }

        public int Version { get; set; }
    }

    private sealed class Stamped
    {
        public Guid Id { get; set; }

        public string? MadeBy { get; set; }
    }

    private sealed class Numbered
    {
        public long Id { get; set; }
    }

    private sealed class Owner
    {
        public Guid Id { get; set; }
    }

    private sealed class Owned
    {
        public Guid Id { get; set; }

        public Guid OwnerId { get; set; }
    }

    private class PlainContext(params IInterceptor[] interceptors) : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder options)
        {
            options.UseNpgsql("Host=nowhere").AddInterceptors(interceptors);
        }

        protected override void OnModelCreating(ModelBuilder model)
        {
            model.Entity<Keyed>();
            model.Entity<Numbered>();
            model.Entity<Versioned>().Property(row => row.Version).IsConcurrencyToken();
            model.Entity<Stamped>().Property(row => row.MadeBy)
                .Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
            model.Entity<Owner>();
            model.Entity<Owned>().HasOne<Owner>().WithMany().HasForeignKey(owned => owned.OwnerId);
        }
    }

    private sealed class OverridingContext : PlainContext
    {
        public override Task<int> SaveChangesAsync(
            bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
        {
            return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
    }

    private sealed class Interceptor : SaveChangesInterceptor;
}
