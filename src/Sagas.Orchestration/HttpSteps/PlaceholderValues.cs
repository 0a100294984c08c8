using System.Globalization;
using System.Text;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>The values that a command has for the placeholders of its step.</summary>
internal sealed class PlaceholderValues(IStepCommand command, IReadOnlyList<string> steps)
{
    /// <summary>A value as JSON.</summary>
    /// <exception cref="HttpStepRefusedException">There is none.</exception>
    public JsonElement JsonOf(TemplatePart.Placeholder placeholder, string place) => placeholder.Root switch
    {
        PlaceholderRoot.SagaId => JsonSerializer.SerializeToElement(command.SagaId),
        PlaceholderRoot.Step => JsonSerializer.SerializeToElement(command.Step),
        PlaceholderRoot.Attempt => JsonSerializer.SerializeToElement(command.Attempt),
        PlaceholderRoot.IdempotencyKey => JsonSerializer.SerializeToElement(command.IdempotencyKey),
        PlaceholderRoot.Input => Below(command.Input, placeholder.Path) ?? throw Missing(placeholder, place),
        _ => placeholder.ResultOf(steps) is { } result
            && Below(command.Results, [result.Step, .. result.Path]) is { } json
            ? json
            : throw Missing(placeholder, place),
    };

    /// <summary>A value as text.</summary>
    /// <exception cref="HttpStepRefusedException">
    /// There is none, or it is none that could be part of a text.
    /// </exception>
    public string TextOf(TemplatePart.Placeholder placeholder, string place)
    {
        var json = JsonOf(placeholder, place);
        return json.ValueKind switch
        {
            JsonValueKind.String => json.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => json.GetRawText(),
            JsonValueKind.Null => throw Missing(placeholder, place),
            _ => throw Invalid(placeholder, place, "is an object or an array, and cannot be part of a text"),
        };
    }

    /// <summary>A text with its placeholders filled in.</summary>
    public string Fill(string template, string place) => Fill(template, place, (_, value) => value);

    /// <summary>The same, with each value put into the form that its surroundings ask for.</summary>
    public string Fill(string template, string place, Func<TemplatePart.Placeholder, string, string> form)
    {
        var text = new StringBuilder();
        foreach (var part in Template.Parse(template).Parts)
        {
            text.Append(part switch
            {
                TemplatePart.Placeholder placeholder => form(placeholder, TextOf(placeholder, place)),
                _ => ((TemplatePart.Literal)part).Text,
            });
        }

        return text.ToString();
    }

    public static HttpStepRefusedException Invalid(
        TemplatePart.Placeholder placeholder, string place, string problem) =>
        new(HttpFailureCodes.PlaceholderInvalid, $"The value of {{{placeholder.Name}}} in {place} {problem}.");

    private static HttpStepRefusedException Missing(TemplatePart.Placeholder placeholder, string place) => new(
        HttpFailureCodes.PlaceholderMissing,
        $"{{{placeholder.Name}}} in {place} has no value: the saga's "
        + $"{(placeholder.Root == PlaceholderRoot.Input ? "input has" : "results have")} no such property, or it is "
        + "null.");

    private static JsonElement? Below(JsonElement json, IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            var isThere = json.ValueKind switch
            {
                JsonValueKind.Object => json.TryGetProperty(name, out json),
                JsonValueKind.Array => TryGetItem(ref json, name),
                _ => false,
            };
            if (!isThere)
            {
                return null;
            }
        }

        return json;
    }

    private static bool TryGetItem(ref JsonElement json, string name)
    {
        var isThere = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < json.GetArrayLength();
        json = isThere ? json[index] : json;
        return isThere;
    }
}
