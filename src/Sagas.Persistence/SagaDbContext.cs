using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>A <see cref="DbContext"/> whose model is made of saga class maps.</summary>
/// <param name="options">The context's options.</param>
public abstract class SagaDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The maps of the saga classes that this context stores.</summary>
    protected abstract IEnumerable<ISagaClassMap> Configurations { get; }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        foreach (var configuration in Configurations)
        {
            configuration.Configure(modelBuilder);
        }
    }
}
