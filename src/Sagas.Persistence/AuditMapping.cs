using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence.Model;

namespace Sagas.Persistence;

/// <summary>Maps <see cref="AuditRecord"/>, also in a context of your own, whose migrations make the table.</summary>
/// <param name="tableName">The table.</param>
/// <param name="schemaName">Its schema, or <see langword="null"/> for the model's default.</param>
public class AuditMapping(string tableName, string? schemaName = null) : IEntityTypeConfiguration<AuditRecord>
{
    /// <inheritdoc />
    public void Configure(EntityTypeBuilder<AuditRecord> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.ToTable(tableName, string.IsNullOrWhiteSpace(schemaName) ? null : schemaName);
        builder.HasKey(row => row.AuditRecordId);
        builder.Property(row => row.AuditRecordId).ValueGeneratedOnAdd();
        builder.Property(row => row.SentTime).IsUtc();
        builder.Property(row => row.Headers).HasJsonConversion();
        builder.Property(row => row.Custom).HasJsonConversion();
        builder.Property(row => row.Message).HasConversion(new JsonValueConverter<object?>());
    }
}
