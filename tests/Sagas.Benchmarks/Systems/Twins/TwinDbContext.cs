using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Sagas.Benchmarks.Systems.Twins;

/// <summary>The table of the plain twin's sagas.</summary>
internal sealed class TwinDbContext(DbContextOptions<TwinDbContext> options) : DbContext(options)
{
    public DbSet<TwinState> Sagas => Set<TwinState>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<TwinState>(saga =>
    {
        saga.ToTable("twin_saga");
        saga.HasKey(x => x.CorrelationId);
        saga.Property(x => x.CorrelationId).ValueGeneratedNever().HasColumnName("id");
        saga.Property(x => x.Input).HasColumnType("jsonb").HasConversion(
            x => x.GetRawText(), x => JsonElement.Parse(x, default));
        saga.Property(x => x.Results).HasColumnType("jsonb").HasConversion(
            x => JsonSerializer.Serialize(x, JsonSerializerOptions.Default),
            x => JsonSerializer.Deserialize<Dictionary<string, JsonElement?>>(x, JsonSerializerOptions.Default)!,
            new ValueComparer<Dictionary<string, JsonElement?>>(
                (left, right) => left!.Count == right!.Count,
                x => x.Count,
                x => new Dictionary<string, JsonElement?>(x)));
    });
}
