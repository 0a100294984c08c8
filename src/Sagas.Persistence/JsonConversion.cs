using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

// MassTransit's deserializer wants a type that is not nullable, and a property's type may be.
#pragma warning disable CS8634

namespace Sagas.Persistence;

/// <summary>Writes a property as JSON text, by MassTransit's serializer.</summary>
/// <typeparam name="T">The property's type.</typeparam>
/// <param name="hints">What the column should be.</param>
public class JsonValueConverter<T>(ConverterMappingHints? hints = null) : ValueConverter<T, string>(
    value => ObjectDeserializer.Serialize(value)!,
    json => ObjectDeserializer.Deserialize<T>(json, default!)!,
    hints)
    where T : class?;

/// <summary>Compares and copies the values of a property that is written as JSON, by that JSON.</summary>
/// <typeparam name="T">The property's type.</typeparam>
public class JsonValueComparer<T>() : ValueComparer<T>(
    (left, right) => AreEqual(left, right),
    value => Hash(value),
    value => Copy(value))
    where T : class?
{
    private static bool AreEqual(T? left, T? right) =>
        ReferenceEquals(left, right)
        || (left is not null
            && right is not null
            && (left is IEquatable<T> equatable ? equatable.Equals(right) : Json(left) == Json(right)));

    private static int Hash(T value) => value is IEquatable<T>
        ? value.GetHashCode()
        : StringComparer.Ordinal.GetHashCode(Json(value));

    private static T Copy(T value) => value is ICloneable cloneable
        ? (T)cloneable.Clone()
        : ObjectDeserializer.Deserialize<T>(Json(value), default!)!;

    private static string Json(T value) => ObjectDeserializer.Serialize(value)!;
}

/// <summary>Properties that are written as JSON.</summary>
public static class ValueConversionExtensions
{
    /// <summary>Writes the property as JSON text, by MassTransit's serializer, and notices what changes inside of it.</summary>
    /// <typeparam name="T">The property's type.</typeparam>
    /// <param name="builder">The property.</param>
    public static PropertyBuilder<T> HasJsonConversion<T>(this PropertyBuilder<T> builder)
        where T : class?
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.HasConversion(new JsonValueConverter<T>(), new JsonValueComparer<T>());
    }
}
