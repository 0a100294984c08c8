using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sagas.Benchmarks.Systems.Twins;

/// <summary>The columns of a twin's saga.</summary>
internal sealed class TwinStateMap : SagaClassMap<TwinState>
{
    protected override void Configure(EntityTypeBuilder<TwinState> entity, ModelBuilder model)
    {
        entity.ToTable("twin_saga");
        entity.Property(x => x.CorrelationId).HasColumnName("id");
        entity.Property(x => x.Input).HasColumnType("jsonb").HasConversion(
            x => x.GetRawText(), x => JsonElement.Parse(x, default));
        entity.Property(x => x.Results).HasColumnType("jsonb").HasConversion(
            x => JsonSerializer.Serialize(x, JsonSerializerOptions.Default),
            x => JsonSerializer.Deserialize<Dictionary<string, JsonElement?>>(x, JsonSerializerOptions.Default)!,
            new ValueComparer<Dictionary<string, JsonElement?>>(
                (left, right) => left!.Count == right!.Count,
                x => x.Count,
                x => new Dictionary<string, JsonElement?>(x)));
    }
}
