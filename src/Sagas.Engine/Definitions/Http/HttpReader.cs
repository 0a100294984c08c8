using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Sagas.Engine.Definitions.Http;

/// <summary>Reads what is called over HTTP; reports what has not the right structure.</summary>
internal static class HttpReader
{
    private static readonly string[] Properties = ["method", "url", "headers", "body", "success", "retryOn", "result"];

    private static readonly string[] SecretProperties = ["secret"];

    public static HttpParticipant? Read(ObjectReader owner, MistakeList mistakes)
    {
        if (owner.Object("http", HttpRules.HttpAllowed) is not { } node)
        {
            return null;
        }

        var http = new ObjectReader(node, owner.PathOf("http"), Properties, mistakes);
        http.Require("method", HttpRules.MethodAllowed);
        http.Require("url", UrlTemplate.Allowed);
        return new HttpParticipant
        {
            Method = http.Text("method", HttpRules.MethodAllowed) ?? "",
            Url = http.Text("url", UrlTemplate.Allowed) ?? "",
            Headers = ReadHeaders(http, mistakes),
            Body = http.Any("body") is { } body ? ToJson(body) : null,
            Success = ReadSuccess(http, mistakes),
            RetryOn = ReadRetryOn(http, mistakes),
            Result = http.Any("result") switch
            {
                null => "",
                { Type: JsonTokenType.False } => null,
                _ => http.Text("result", HttpRules.ResultAllowed) ?? "",
            },
        };
    }

    private static Dictionary<string, HttpHeaderValue> ReadHeaders(ObjectReader http, MistakeList mistakes)
    {
        var headers = new Dictionary<string, HttpHeaderValue>();
        if (http.Object("headers", HttpRules.HeadersAllowed) is not { } node)
        {
            return headers;
        }

        var path = http.PathOf("headers");
        var reader = new ObjectReader(node, path, [.. node.Members.Select(x => x.Name)], mistakes);
        foreach (var (name, value) in node.Members)
        {
            if (ReadHeader(reader, name, value, mistakes) is { } header)
            {
                headers.TryAdd(name, header);
            }
        }

        return headers;
    }

    private static HttpHeaderValue? ReadHeader(
        ObjectReader headers, string name, JsonNodeWithPlace value, MistakeList mistakes)
    {
        if (value.Type is not JsonTokenType.StartObject)
        {
            return headers.Text(name, HttpRules.HeaderAllowed) is { } text ? HttpHeaderValue.OfText(text) : null;
        }

        var reader = new ObjectReader(value, headers.PathOf(name), SecretProperties, mistakes);
        reader.Require("secret", HttpRules.SecretAllowed);
        return reader.Text("secret", HttpRules.SecretAllowed) is { } secret ? HttpHeaderValue.OfSecret(secret) : null;
    }

    private static List<int> ReadSuccess(ObjectReader http, MistakeList mistakes)
    {
        var codes = new List<int>();
        if (http.Array("success", HttpRules.SuccessAllowed) is not { } array)
        {
            return codes;
        }

        var path = http.PathOf("success");
        if (array.Items.Count == 0)
        {
            mistakes.Add(path, value: null, "has no code", HttpRules.SuccessAllowed);
        }

        foreach (var (index, item) in array.Items.Index())
        {
            if (item.Type is JsonTokenType.Number
                && int.TryParse(item.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                codes.Add(code);
            }
            else
            {
                mistakes.Add($"{path}[{index}]", item.Display, "is not a status code", HttpRules.SuccessAllowed);
            }
        }

        return codes;
    }

    private static List<HttpStatusRange>? ReadRetryOn(ObjectReader http, MistakeList mistakes)
    {
        if (http.Array("retryOn", HttpRules.RetryOnAllowed) is not { } array)
        {
            return null;
        }

        var codes = new List<HttpStatusRange>();
        foreach (var (index, item) in array.Items.Index())
        {
            if (item.Type is JsonTokenType.Number
                && int.TryParse(item.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                codes.Add(code);
            }
            else if (item.Type is JsonTokenType.String && HttpStatusRange.ParseClass(item.Text) is { } all)
            {
                codes.Add(all);
            }
            else
            {
                // It keeps its place, so that the next ones are called by theirs.
                codes.Add(default);
                mistakes.Add(
                    $"{http.PathOf("retryOn")}[{index}]",
                    item.Display,
                    "is neither a status code nor a class of them",
                    HttpRules.RetryOnAllowed);
            }
        }

        return codes;
    }

    private static JsonElement ToJson(JsonNodeWithPlace node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, node);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JsonNodeWithPlace node)
    {
        switch (node.Type)
        {
            case JsonTokenType.StartObject:
                json.WriteStartObject();
                foreach (var (name, value) in node.Members)
                {
                    json.WritePropertyName(name);
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                json.WriteStartArray();
                node.Items.ForEach(item => Write(json, item));
                json.WriteEndArray();
                break;
            case JsonTokenType.String:
                json.WriteStringValue(node.Text);
                break;
            default:
                json.WriteRawValue(node.Text);
                break;
        }
    }
}
