using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Sagas.Persistence.Sql;

/// <summary>
/// The outbox, the inbox and the barrier as a context's model has them, with what the application's conventions did to them.
/// </summary>
internal static class OwnTables
{
    /// <summary>What the dispatcher cuts an error to.</summary>
    public const int LongestError = 2000;

    private const int LongestAddress = 256;

    private static readonly Type[] Types = [typeof(OutboxMessage), typeof(InboxState), typeof(StepBarrier)];

    /// <summary>How long the texts of a message get at least.</summary>
    private static readonly Dictionary<string, int> Lengths = new(StringComparer.Ordinal)
    {
        [nameof(OutboxMessage.Body)] = int.MaxValue,
        [nameof(OutboxMessage.Headers)] = int.MaxValue,
        [nameof(OutboxMessage.Properties)] = int.MaxValue,
        [nameof(OutboxMessage.MessageType)] = LongestAddress,
        [nameof(OutboxMessage.DestinationAddress)] = LongestAddress,
        [nameof(OutboxMessage.SourceAddress)] = LongestAddress,
        [nameof(OutboxMessage.ResponseAddress)] = LongestAddress,
        [nameof(OutboxMessage.FaultAddress)] = LongestAddress,
        [nameof(OutboxMessage.LastError)] = LongestError,
        [nameof(StepBarrier.Reply)] = int.MaxValue,
    };

    private static readonly Dictionary<(Type, string), string> FilteredColumns = new()
    {
        [(typeof(OutboxMessage), nameof(OutboxMessage.ParkedAt))] = "parked_at",
        [(typeof(OutboxMessage), nameof(OutboxMessage.OrderingKey))] = "ordering_key",
    };

    public static bool Have(IReadOnlyEntityType type) => Types.Contains(type.ClrType);

    public static bool IsRow(IEntityType type) =>
        type.FindPrimaryKey() is not null && type.BaseType is null && !type.GetDirectlyDerivedTypes().Any();

    /// <summary>Whether the database gives a column its value when an insertion does not name it.</summary>
    public static bool IsLeftToTheDatabase(IReadOnlyProperty property) =>
        property.IsNullable || property.ValueGenerated != ValueGenerated.Never;

    /// <summary>Why the tables cannot be used as the model has them, and what to do; nothing where they can.</summary>
    public static string? FindProblem(IModel model, string context) => Types
        .Select(model.FindEntityType)
        .OfType<IEntityType>()
        .SelectMany(type => type.GetProperties())
        .Select(property => FindProblem(property, context) ?? FindRenamed(property, context))
        .FirstOrDefault(problem => problem is not null);

    /// <summary>The filters of indexes are texts, which do not follow a column that gets another name.</summary>
    private static string? FindRenamed(IProperty property, string context)
    {
        var column = property.GetColumnName();
        var wanted = FilteredColumns.GetValueOrDefault((property.DeclaringType.ClrType, property.Name));
        return wanted is not null
            && column != wanted
            && property.DeclaringType.ContainingEntityType.GetIndexes()
                .Any(index => index.GetFilter() is { } filter && filter.Contains(wanted, StringComparison.Ordinal))
                ? $"{context} gives {property.DeclaringType.ClrType.Name}.{property.Name} the column {column}, and the filter of "
                    + $"an index says {wanted}. Leave {property.DeclaringType.ClrType.Name} out where columns are renamed, or "
                    + "give the index that filter with HasFilter."
                : null;
    }

    private static string? FindProblem(IProperty property, string context)
    {
        var name = $"{property.DeclaringType.ClrType.Name}.{property.Name}";
        if (property.IsShadowProperty())
        {
            return IsLeftToTheDatabase(property) || (property.ClrType.IsValueType && !property.IsForeignKey())
                ? null
                : $"{context} adds the required property {name}, and messages have no value for it. Leave "
                    + $"{property.DeclaringType.ClrType.Name} out where properties are added to all entities, or make it "
                    + "nullable, or give it a default value in the database.";
        }

        return property.GetMaxLength() is { } length and >= 0
            && Lengths.TryGetValue(property.Name, out var needed)
            && length < needed
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{context} limits {name} to {length} characters, and messages can be longer. Leave ")
                    + $"{property.DeclaringType.ClrType.Name} out where lengths are set for all entities."
                : null;
    }
}
