using System.Text.Json;

namespace Sagas.Engine.Definitions.Http;

/// <summary>
/// Writes what is called over HTTP: for a definition's stored form, and in one fixed way for its hash.
/// </summary>
internal static class HttpJson
{
    /// <summary>Writes the property <c>http</c> with every default filled in.</summary>
    public static void Write(Utf8JsonWriter json, HttpParticipant http) => Write(json, http, isCanonical: false);

    /// <summary>The same, with headers, properties of the body and codes in one fixed order.</summary>
    public static void WriteCanonical(Utf8JsonWriter json, HttpParticipant http) =>
        Write(json, http, isCanonical: true);

    private static void Write(Utf8JsonWriter json, HttpParticipant http, bool isCanonical)
    {
        json.WriteStartObject("http");
        json.WriteString("method", http.Method);
        json.WriteString("url", http.Url);
        json.WriteStartObject("headers");
        foreach (var (name, value) in isCanonical
            ? http.Headers.OrderBy(x => x.Key.ToUpperInvariant(), StringComparer.Ordinal)
            : http.Headers.AsEnumerable())
        {
            Write(json, isCanonical ? name.ToUpperInvariant() : name, value);
        }

        json.WriteEndObject();
        if (http.Body is { } body)
        {
            json.WritePropertyName("body");
            if (isCanonical)
            {
                CanonicalJson.Write(json, body);
            }
            else
            {
                body.WriteTo(json);
            }
        }

        if (http.Success.Count > 0)
        {
            json.WriteStartArray("success");
            foreach (var code in isCanonical ? http.Success.Order() : http.Success.AsEnumerable())
            {
                json.WriteNumberValue(code);
            }

            json.WriteEndArray();
        }

        // Workers that do not know it read every definition that does not need it.
        if (http.RetryOn is { } retryOn)
        {
            json.WriteStartArray("retryOn");
            foreach (var code in isCanonical
                ? retryOn.OrderBy(x => x.First).ThenBy(x => x.Last)
                : retryOn.AsEnumerable())
            {
                if (code.IsClass)
                {
                    json.WriteStringValue(code.ToString());
                }
                else
                {
                    json.WriteNumberValue(code.First);
                }
            }

            json.WriteEndArray();
        }

        if (http.Result is { } pointer)
        {
            json.WriteString("result", pointer);
        }
        else
        {
            json.WriteBoolean("result", false);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, HttpHeaderValue value)
    {
        if (value.Secret is not { } secret)
        {
            json.WriteString(name, value.Text);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("secret", secret);
        json.WriteEndObject();
    }
}
