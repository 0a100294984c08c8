using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sagas.Persistence;

internal static class PropertyBuilderExtensions
{
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
