using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>Makes the contexts of a saga repository.</summary>
/// <typeparam name="TSaga">The saga.</typeparam>
public interface ISagaDbContextFactory<out TSaga>
    where TSaga : class, ISaga
{
    /// <summary>Makes a context to read sagas outside of any delivery.</summary>
    DbContext Create();

    /// <summary>Makes the context of a delivery.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="context">The delivery.</param>
    DbContext CreateScoped<T>(ConsumeContext<T> context)
        where T : class;

    /// <summary>Ends the use of a context.</summary>
    /// <param name="dbContext">The context.</param>
    ValueTask ReleaseAsync(DbContext dbContext);
}

/// <summary>Makes a context for each use, and disposes of it.</summary>
/// <typeparam name="TSaga">The saga.</typeparam>
/// <param name="dbContextFactory">Makes it.</param>
public class DelegateSagaDbContextFactory<TSaga>(Func<DbContext> dbContextFactory) : ISagaDbContextFactory<TSaga>
    where TSaga : class, ISaga
{
    /// <inheritdoc />
    public DbContext Create() => dbContextFactory();

    /// <inheritdoc />
    public DbContext CreateScoped<T>(ConsumeContext<T> context)
        where T : class
        => dbContextFactory();

    /// <inheritdoc />
    public ValueTask ReleaseAsync(DbContext dbContext)
    {
        ArgumentNullException.ThrowIfNull(dbContext);
        return dbContext.DisposeAsync();
    }
}
