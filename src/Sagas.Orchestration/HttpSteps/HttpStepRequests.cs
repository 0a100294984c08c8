using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Engine.Definitions;
using Sagas.Engine.Definitions.Http;
using Sagas.Orchestration.Resilience;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// Makes the requests of steps: templates filled in, secrets added, and only to hosts that may be called.
/// </summary>
internal sealed class HttpStepRequests(IOptions<HttpOptions> options)
{
    private const string IdempotencyKeyHeader = "Idempotency-Key";

    // Messages and results are read by programs: nothing is escaped for the sake of HTML.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly AllowedHosts _hosts = new(options.Value.AllowedHosts);

    /// <summary>
    /// Whether any worker may go where a service points to: over http or https, and never from https to http.
    /// </summary>
    public static bool CouldFollow(Uri from, Uri to) =>
        AllowedHosts.CouldAllow(to) && (from.Scheme != Uri.UriSchemeHttps || to.Scheme == Uri.UriSchemeHttps);

    /// <summary>Why this worker may not call a URL, or <see langword="null"/>. Another may.</summary>
    public string? ProblemOf(Uri url) => _hosts.Allow(url)
        ? null
        : $"{HttpOptions.Section}:{nameof(HttpOptions.AllowedHosts)} does not have {AllowedHosts.EntryFor(url)}. "
            + "Add it if it may be called.";

    /// <summary>The request that carries a step out, or undoes it.</summary>
    /// <exception cref="HttpStepRefusedException">It cannot be made.</exception>
    public HttpStepRequest Create(SagaDefinition definition, HttpParticipant http, IStepCommand command)
    {
        var values = new PlaceholderValues(command, [.. definition.Steps.Select(step => step.Name)]);
        var url = UrlWriter.Write(http.Url, values);
        RequireAllowed(url);
        return new HttpStepRequest
        {
            Method = HttpMethod.Parse(http.Method),
            Url = url,
            Headers = [.. HeadersOf(http, values), new(IdempotencyKeyHeader, command.IdempotencyKey)],
            SecretHeaders = [.. SecretsOf(http)],
            SecretsFor = new Uri(url.GetLeftPart(UriPartial.Authority)),
            Body = http.Body is { } body ? WriteBody(body, values) : null,
        };
    }

    /// <summary>The request that asks whether a step is done by now.</summary>
    /// <exception cref="HttpStepRefusedException">It cannot be made.</exception>
    public HttpStepRequest CreatePoll(
        SagaDefinition definition, HttpParticipant http, IStepCommand command, Uri location)
    {
        var request = Create(definition, http with { Body = null }, command);
        RequireAllowed(location);
        return request with { Method = HttpMethod.Get, Url = location };
    }

    private void RequireAllowed(Uri url)
    {
        if (ProblemOf(url) is { } problem)
        {
            throw new HttpStepRefusedException(DeferralCodes.HostNotAllowed, problem, anotherMay: true);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(HttpParticipant http, PlaceholderValues values)
    {
        foreach (var (name, header) in http.Headers)
        {
            if (header.Text is { } template)
            {
                var text = values.Fill(template, $"header {name}", (placeholder, value) => HeaderText.IsValid(value)
                    ? value
                    : throw PlaceholderValues.Invalid(
                        placeholder,
                        $"header {name}",
                        "has a line break or another character that no header may have"));
                yield return new(name, text);
            }
        }
    }

    private IEnumerable<KeyValuePair<string, string>> SecretsOf(HttpParticipant http)
    {
        foreach (var (name, header) in http.Headers)
        {
            if (header.Secret is { } secret)
            {
                yield return options.Value.Secrets.TryGetValue(secret, out var value)
                    ? new(name, value)
                    : throw new HttpStepRefusedException(
                        DeferralCodes.SecretMissing,
                        $"{HttpOptions.Section}:{nameof(HttpOptions.Secrets)}:{secret} is not set.",
                        anotherMay: true);
            }
        }
    }

    private static ReadOnlyMemory<byte> WriteBody(JsonElement template, PlaceholderValues values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            Write(json, template, values);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, JsonElement template, PlaceholderValues values)
    {
        const string Place = "body";
        switch (template.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in template.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value, values);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in template.EnumerateArray())
                {
                    Write(json, item, values);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String when Template.Parse(template.GetString()!).Single is { } only:
                values.JsonOf(only, Place).WriteTo(json);
                break;
            case JsonValueKind.String:
                json.WriteStringValue(values.Fill(template.GetString()!, Place));
                break;
            default:
                template.WriteTo(json);
                break;
        }
    }
}
