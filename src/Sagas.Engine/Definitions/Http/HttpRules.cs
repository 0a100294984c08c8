using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sagas.Engine.Definitions.Http;

/// <summary>The rules that what is called over HTTP must keep.</summary>
internal static partial class HttpRules
{
    public const string HttpAllowed =
        "Allowed: an object with method and url, and headers, body, success, retryOn, result";

    public const string MethodAllowed = "Allowed: \"GET\", \"POST\", \"PUT\", \"PATCH\" or \"DELETE\"";
    public const string HeadersAllowed = "Allowed: an object of up to 50 headers";

    public const string HeaderAllowed =
        "Allowed: a text without line breaks, or {\"secret\": \"Name\"} for the value of Sagas:Http:Secrets:Name";

    public const string SecretAllowed = "Allowed: 1 to 64 letters and digits, the first one a letter";
    public const string SuccessAllowed = "Allowed: an array of 1 to 20 status codes from 200 to 599, each once";

    public const string RetryOnAllowed =
        "Allowed: an array of up to 40 status codes from 100 to 599 and classes as \"5xx\", each once, that do not "
            + "mean success";

    public const string ResultAllowed =
        "Allowed: a JSON pointer (RFC 6901), for instance \"/id\", or \"\" for all of the response, "
            + "or false for no result";

    /// <summary>The methods that a step may use.</summary>
    public static readonly IReadOnlyList<string> Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private const int MaxHeaders = 50;
    private const int MaxCodes = 20;
    private const int MaxRetryOn = 40;

    // What the worker, or HTTP itself, sets.
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Idempotency-Key", "traceparent", "tracestate", "Host", "Content-Length", "Transfer-Encoding", "Connection",
        "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect", "Proxy-Connection", "Content-Encoding",
    };

    private static readonly HashSet<string> SecretHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Proxy-Authorization", "Cookie",
    };

    /// <summary>Checks what is called for one direction of a step.</summary>
    /// <param name="http">What is called.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="results">The steps whose results it may use.</param>
    /// <param name="mistakes">Gets the mistakes.</param>
    public static void Check(HttpParticipant http, string path, IReadOnlyList<string> results, MistakeList mistakes)
    {
        if (!Methods.Contains(http.Method))
        {
            mistakes.Add($"{path}.method", DisplayJson.Of(http.Method), "is not a method of a step", MethodAllowed);
        }

        CheckUrl(http.Url, $"{path}.url", results, mistakes);
        CheckHeaders(http.Headers, $"{path}.headers", results, mistakes);
        if (http.Body is { } body)
        {
            if (http.Method == "GET")
            {
                mistakes.Add($"{path}.body", value: null, "is there, but a GET has none", "Remove it, or use POST");
            }

            CheckBody(body, $"{path}.body", results, mistakes);
        }

        CheckSuccess(http.Success, $"{path}.success", mistakes);
        CheckRetryOn(http, $"{path}.retryOn", mistakes);
        if (http.Result is { } pointer && !Pointer().IsMatch(pointer))
        {
            mistakes.Add($"{path}.result", DisplayJson.Of(pointer), "is not a JSON pointer", ResultAllowed);
        }
    }

    private static void CheckUrl(string url, string path, IReadOnlyList<string> results, MistakeList mistakes)
    {
        if (CheckTemplate(url, path, results, mistakes) is { } template
            && UrlTemplate.ProblemOf(url, template) is { } problem)
        {
            mistakes.Add(path, DisplayJson.Of(url), problem, UrlTemplate.Allowed);
        }
    }

    private static void CheckHeaders(
        IReadOnlyDictionary<string, HttpHeaderValue> headers,
        string path,
        IReadOnlyList<string> results,
        MistakeList mistakes)
    {
        if (headers.Count > MaxHeaders)
        {
            mistakes.Add(path, value: null, $"has {headers.Count} headers, which is too many", HeadersAllowed);
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            var place = JsonPlace.Below(path, name);
            if (!HeaderName().IsMatch(name))
            {
                mistakes.Add(
                    place, value: null, "is not a header's name", "Allowed: letters, digits and !#$%&'*+-.^_`|~");
            }
            else if (OwnHeaders.Contains(name))
            {
                mistakes.Add(place, value: null, "is a header that the worker sets itself", "Remove it");
            }
            else if (!names.Add(name))
            {
                mistakes.Add(place, value: null, "is there twice, in other letters", "Remove one of the two");
            }
            else if (value.Secret is { } secret)
            {
                CheckText($"{place}.secret", secret, SecretName(), SecretAllowed, mistakes);
            }
            else if (SecretHeaders.Contains(name))
            {
                mistakes.Add(
                    place,
                    value: null,
                    "is a text, but definitions are stored, and can be read",
                    "Allowed: {\"secret\": \"Name\"}, with the whole value in Sagas:Http:Secrets:Name");
            }
            else if (CheckTemplate(value.Text!, place, results, mistakes) is { } template
                && !template.Parts.OfType<TemplatePart.Literal>().All(x => HeaderText().IsMatch(x.Text)))
            {
                mistakes.Add(place, DisplayJson.Of(value.Text!), "cannot be a header's value", HeaderAllowed);
            }
        }
    }

    private static void CheckBody(JsonElement json, string path, IReadOnlyList<string> results, MistakeList mistakes)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                CheckTemplate(json.GetString()!, path, results, mistakes);
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in json.EnumerateArray().Index())
                {
                    CheckBody(item, $"{path}[{index}]", results, mistakes);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    CheckBody(property.Value, JsonPlace.Below(path, property.Name), results, mistakes);
                }

                break;
        }
    }

    private static void CheckSuccess(IReadOnlyList<int> codes, string path, MistakeList mistakes)
    {
        if (codes.Count > MaxCodes || codes.Distinct().Count() < codes.Count)
        {
            mistakes.Add(path, value: null, "has too many codes, or one twice", SuccessAllowed);
        }

        foreach (var (index, code) in codes.Index())
        {
            if (code is < 200 or > 599)
            {
                mistakes.Add(
                    $"{path}[{index}]",
                    code.ToString(CultureInfo.InvariantCulture),
                    "is out of range",
                    SuccessAllowed);
            }
        }
    }

    private static void CheckRetryOn(HttpParticipant http, string path, MistakeList mistakes)
    {
        var codes = http.RetryOn ?? [];
        var isTwice = codes.Where(x => x != default).CountBy(x => x).Any(x => x.Value > 1);
        if (codes.Count > MaxRetryOn || isTwice)
        {
            mistakes.Add(path, value: null, "has too many codes, or one twice", RetryOnAllowed);
        }

        foreach (var (index, code) in codes.Index())
        {
            var problem = code switch
            {
                { First: < 100 } or { Last: > 599 } => "is out of range",
                { IsClass: false, First: 202 } when !http.IsSuccess(202) => "means that the answer comes later",
                { IsClass: false } when http.IsSuccess(code.First) => "means success",
                _ => null,
            };
            if (problem is not null)
            {
                var text = code.ToString();
                mistakes.Add(
                    $"{path}[{index}]", code.IsClass ? DisplayJson.Of(text) : text, problem, RetryOnAllowed);
            }
        }
    }

    private static Template? CheckTemplate(
        string text, string path, IReadOnlyList<string> results, MistakeList mistakes)
    {
        if (!Template.TryParse(text, out var template, out var problem))
        {
            mistakes.Add(path, DisplayJson.Of(text), problem, TemplatePart.Placeholder.Allowed);
            return null;
        }

        foreach (var placeholder in template.Placeholders)
        {
            if (placeholder.Root == PlaceholderRoot.Results && placeholder.ResultOf(results) is null)
            {
                mistakes.Add(
                    path,
                    DisplayJson.Of(text),
                    $"has {{{placeholder.Name}}}, but no step of that name comes before",
                    results.Count == 0 ? "There is no step before" : $"Steps before: {string.Join(", ", results)}");
            }
        }

        return template;
    }

    private static void CheckText(string path, string text, Regex form, string allowed, MistakeList mistakes)
    {
        if (!form.IsMatch(text))
        {
            mistakes.Add(path, DisplayJson.Of(text), "is not allowed", allowed);
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();

    [GeneratedRegex(@"^[\t\x20-\x7E]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderText();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"^(/([^~/]|~[01])*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pointer();
}
