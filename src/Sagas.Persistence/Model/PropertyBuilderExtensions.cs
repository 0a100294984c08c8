using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sagas.Persistence.Model;

internal static class PropertyBuilderExtensions
{
    /// <summary>
    /// Takes back what the context's ConfigureConventions says about columns of some type: lengths, converters, column
    /// types. These columns are written and compared by statements that know what is in them.
    /// </summary>
    public static EntityTypeBuilder<T> WithoutConventions<T>(this EntityTypeBuilder<T> entity)
        where T : class
    {
        foreach (var property in typeof(T).GetProperties())
        {
            var column = entity.Property(property.PropertyType, property.Name).Metadata;
            column.SetMaxLength(null);
            column.SetPrecision(null);
            column.SetScale(null);
            column.SetIsUnicode(null);
            column.SetIsFixedLength(null);
            column.SetCollation(null);
            column.SetColumnType(null);
            column.SetProviderClrType(null);
            column.SetValueConverter((ValueConverter?)null);
            column.SetValueComparer((ValueComparer?)null);
        }

        return entity;
    }

    /// <summary>
    /// Takes back the lengths that the context's ConfigureConventions gives to columns of some type, as MassTransit's
    /// own maps of jobs do: what is in these columns has no limit.
    /// </summary>
    public static void WithoutLengths<T>(this EntityTypeBuilder<T> entity)
        where T : class
    {
        foreach (var property in entity.Metadata.GetProperties())
        {
            property.SetMaxLength(null);
        }
    }

    public static PropertyBuilder<DateTime> IsUtc(this PropertyBuilder<DateTime> property)
    {
        return property.HasConversion(new UtcDateTimeConverter());
    }

    public static PropertyBuilder<DateTime?> IsUtc(this PropertyBuilder<DateTime?> property)
    {
        return property.HasConversion(new UtcDateTimeConverter());
    }

    /// <summary>
    /// The column is written with the row and never again, which spares large and constant columns the updates.
    /// </summary>
    public static PropertyBuilder<T> IsWrittenOnce<T>(this PropertyBuilder<T> property)
    {
        property.Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        return property;
    }
}
