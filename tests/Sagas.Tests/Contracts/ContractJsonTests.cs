using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Serialization;
using Sagas.Contracts;

namespace Sagas.Tests.Contracts;

public sealed class ContractJsonTests
{
    // A worker in the same process may have asked for bodies without line breaks.
    private static readonly JsonSerializerOptions Wire =
        new(SystemTextJsonMessageSerializer.Options) { WriteIndented = true };

    private static readonly Type[] Messages = [.. typeof(StartSaga).Assembly.GetExportedTypes()
        .Where(x => x is { IsClass: true, IsAbstract: false })
        .OrderBy(x => x.Name, StringComparer.Ordinal)];

    [Fact]
    public void Serialize_EveryMessage_HasTheApprovedJsonAndExchange()
    {
        var text = new StringBuilder();
        foreach (var type in Messages)
        {
            text.AppendLine($"{type.Name} on {type.GetCustomAttribute<EntityNameAttribute>()?.EntityName}");
            text.AppendLine(JsonSerializer.Serialize(Example(type), type, Wire)).AppendLine();
        }

        Approval.Matches(text.ToString(), "json");
    }

    [Fact]
    public void Deserialize_WhatWasSerialized_IsTheSameMessage()
    {
        foreach (var type in Messages)
        {
            var json = JsonSerializer.Serialize(Example(type), type, Wire);

            var copy = JsonSerializer.Deserialize(json, type, Wire);

            JsonSerializer.Serialize(copy, type, Wire).ShouldBe(json, type.Name);
        }
    }

    [Fact]
    public void Deserialize_RequiredFieldMissing_Throws()
    {
        foreach (var type in Messages)
        {
            var json = JsonNode.Parse(JsonSerializer.Serialize(Example(type), type, Wire))!.AsObject();
            foreach (var field in type.GetProperties().Where(x => x.IsDefined(
                typeof(System.Runtime.CompilerServices.RequiredMemberAttribute))))
            {
                var without = json.DeepClone().AsObject();
                without.Remove(JsonNamingPolicy.CamelCase.ConvertName(field.Name)).ShouldBeTrue();

                Should.Throw<JsonException>(() => without.Deserialize(type, Wire), $"{type.Name}.{field.Name}");
            }
        }
    }

    private static object Example(Type type)
    {
        var message = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties())
        {
            property.SetValue(message, Value(property));
        }

        return message;
    }

    private static object Value(PropertyInfo property) =>
        (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
        {
            var x when x == typeof(Guid) => new Guid("0190f5c2-7d4e-7000-8000-000000000001"),
            var x when x == typeof(string) => $"<{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}>",
            var x when x == typeof(int) => 1,
            var x when x == typeof(bool) => true,
            var x when x == typeof(StepDirection) => StepDirection.Compensate,
            var x when x == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            var x when x == typeof(JsonElement) => JsonElement.Parse("""{"amount":12.50,"lines":[{"Sku":"a-1"}],"note":null}"""),
            var x => throw new NotSupportedException($"No example for {x.Name} {property.Name}."),
        };
}
