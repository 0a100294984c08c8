using System.Text.Json;

namespace Sagas.Engine.Definitions.Http;

/// <summary>
/// A service that the worker calls over HTTP. URL, headers and body may hold placeholders: <c>{sagaId}</c>,
/// <c>{step}</c>, <c>{attempt}</c>, <c>{idempotencyKey}</c>, <c>{input.order.id}</c>, <c>{results.charge-card.id}</c>;
/// a brace itself is written twice.
/// </summary>
public sealed record HttpParticipant : Participant
{
    /// <summary>The method: GET, POST, PUT, PATCH or DELETE.</summary>
    public required string Method { get; init; }

    /// <summary>
    /// The URL, http or https, whose scheme, host and port hold no placeholder: at most 2,000 characters.
    /// </summary>
    public required string Url { get; init; }

    /// <summary>The request's headers by name, at most 50.</summary>
    public IReadOnlyDictionary<string, HttpHeaderValue> Headers { get; init; } =
        new Dictionary<string, HttpHeaderValue>();

    /// <summary>
    /// The body's JSON, or <see langword="null"/> for none. A text in it that is one placeholder keeps the value's JSON
    /// type.
    /// </summary>
    public JsonElement? Body { get; init; }

    /// <summary>
    /// The status codes that mean success. Empty, the default, means every 2xx but 202, which means "ongoing".
    /// </summary>
    public IReadOnlyList<int> Success { get; init; } = [];

    /// <summary>
    /// The status codes after which the attempt is repeated, unless one means success; after any other it is not.
    /// <see langword="null"/>, the default, means those after which a repetition may help: 408, 423, 425, 429, 5xx but
    /// 501 and 505, and every 4xx that no standard knows.
    /// </summary>
    public IReadOnlyList<HttpStatusRange>? RetryOn { get; init; }

    /// <summary>
    /// Where in the response's JSON the step's result is, as a JSON pointer (RFC 6901). The default is "", all of it;
    /// <see langword="null"/> is for no result.
    /// </summary>
    public string? Result { get; init; } = "";

    /// <summary>Whether a response of that status code means success.</summary>
    public bool IsSuccess(int status) =>
        Success.Count == 0 ? status is >= 200 and <= 299 and not 202 : Success.Contains(status);
}
