using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Delivery;

/// <summary>Which changes of a context others may write in its place.</summary>
public sealed class TrackedInsertsTests
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

    [Theory]
    [InlineData(EntityState.Modified)]
    [InlineData(EntityState.Deleted)]
    public void Find_MoreThanNewRows_IsTheContextsOwn(EntityState state)
    {
        using var context = new PlainContext();
        context.Add(new Keyed());
        context.Entry(new Keyed { Id = Guid.NewGuid() }).State = state;

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
        object[] rows = [new Keyed(), new Numbered()];
        context.AddRange(rows);

        TrackedInserts.Accept(context, rows);

        context.ChangeTracker.HasChanges().ShouldBeFalse();
        context.Entry(rows[0]).State.ShouldBe(EntityState.Unchanged);
    }

    private static object[]? Find(DbContext context)
    {
        return new TrackedInserts(new EntityMaps()).Find(context)?.Select(write => write.Row).ToArray();
    }

    private sealed class Keyed
    {
        public Guid Id { get; set; }
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
