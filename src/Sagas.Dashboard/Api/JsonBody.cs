using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Sagas.Contracts.Text;

namespace Sagas.Dashboard.Api;

/// <summary>A request's body. What is wrong with it is said with its place.</summary>
/// <typeparam name="T">Its form.</typeparam>
internal sealed record JsonBody<T>(T Value)
    where T : class
{
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new ProblemException(Problems.OfStatus(StatusCodes.Status415UnsupportedMediaType, context));
        }

        try
        {
            var json = await JsonSerializer.DeserializeAsync<JsonElement>(
                context.Request.Body, ApiJson.Options, context.RequestAborted);
            if (!Utf8.IsValid(JsonMarshal.GetRawUtf8Value(json)))
            {
                throw NoUnicode();
            }

            return new JsonBody<T>(Read(json));
        }
        catch (JsonException exception) when (exception is { LineNumber: { } line, BytePositionInLine: { } position })
        {
            throw Refuse("", $"The body is not JSON, or nested too deep: line {line + 1}, byte {position + 1}.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw NoUnicode();
        }
    }

    private static T Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Refuse("", $"The body is a JSON {json.ValueKind}. It must be an object.");
        }

        var known = ApiJson.Options.GetTypeInfo(typeof(T)).Properties;
        foreach (var name in json.EnumerateObject().Select(x => x.Name))
        {
            if (!known.Any(x => x.Name == name))
            {
                throw Refuse(
                    Pointer(name),
                    $"'{Quoted.Of(name)}' is not known here. Allowed: {string.Join(", ", known.Select(x => x.Name))}.");
            }
        }

        if (known.FirstOrDefault(x => x.IsRequired && !json.TryGetProperty(x.Name, out _)) is { } missing)
        {
            throw Refuse(Pointer(missing.Name), $"'{missing.Name}' is missing.");
        }

        foreach (var property in known)
        {
            if (json.TryGetProperty(property.Name, out var value) && !CanBe(property.PropertyType, value))
            {
                throw Refuse(
                    Pointer(property.Name),
                    $"'{property.Name}' is a JSON {value.ValueKind}, or a value that is not allowed.");
            }
        }

        return json.Deserialize<T>(ApiJson.Options)!;
    }

    private static bool CanBe(Type type, JsonElement value)
    {
        try
        {
            value.Deserialize(type, ApiJson.Options);
            return value.ValueKind != JsonValueKind.Null || type != typeof(string);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Pointer(string name) =>
        $"/{Quoted.Of(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static ProblemException NoUnicode() =>
        Refuse("", "The body has a text that is no Unicode: bytes that are not UTF-8, or half of a surrogate pair.");

    private static ProblemException Refuse(string pointer, string detail) =>
        new(new Problem(StatusCodes.Status400BadRequest, ProblemCodes.InvalidBody, detail) { Pointer = pointer });
}
