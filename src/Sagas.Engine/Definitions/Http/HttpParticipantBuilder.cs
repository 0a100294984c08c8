using System.Text.Json;

namespace Sagas.Engine.Definitions.Http;

/// <summary>Declares what is called over HTTP, beside method and URL.</summary>
public sealed class HttpParticipantBuilder
{
    private readonly Dictionary<string, HttpHeaderValue> _headers = [];
    private HttpParticipant _participant;

    internal HttpParticipantBuilder(string method, string url) =>
        _participant = new HttpParticipant { Method = method, Url = url };

    /// <summary>Adds a header. Its value may hold placeholders.</summary>
    public HttpParticipantBuilder Header(string name, string value)
    {
        _headers[name] = HttpHeaderValue.OfText(value);
        return this;
    }

    /// <summary>
    /// Adds a header whose whole value is a secret of the configuration: <c>Sagas:Http:Secrets:{secret}</c>.
    /// </summary>
    public HttpParticipantBuilder SecretHeader(string name, string secret)
    {
        _headers[name] = HttpHeaderValue.OfSecret(secret);
        return this;
    }

    /// <summary>
    /// Sets the body. Texts in it may hold placeholders; a text that is one placeholder keeps the JSON type.
    /// </summary>
    /// <param name="body">What is serialized as JSON with the web's defaults, or a <see cref="JsonElement"/>.</param>
    public HttpParticipantBuilder Body(object body)
    {
        _participant = _participant with { Body = JsonSerializer.SerializeToElement(body, JsonSerializerOptions.Web) };
        return this;
    }

    /// <summary>Says which status codes mean success, 200 to 599. The default is every 2xx but 202.</summary>
    public HttpParticipantBuilder Success(params IReadOnlyList<int> codes)
    {
        _participant = _participant with { Success = codes };
        return this;
    }

    /// <summary>
    /// Says after which status codes, 100 to 599, the attempt is repeated; after any other it is not. A class is
    /// <see cref="HttpStatusRange.OfClass"/>. The default is <see cref="HttpParticipant.RetryOn"/>'s.
    /// </summary>
    public HttpParticipantBuilder RetryOn(params IReadOnlyList<HttpStatusRange> codes)
    {
        _participant = _participant with { RetryOn = codes };
        return this;
    }

    /// <summary>
    /// Says where in the response's JSON the result is, as a JSON pointer. The default is "", all of it.
    /// </summary>
    public HttpParticipantBuilder Result(string place)
    {
        _participant = _participant with { Result = place };
        return this;
    }

    /// <summary>Has the response's body passed over: the step has no result.</summary>
    public HttpParticipantBuilder NoResult()
    {
        _participant = _participant with { Result = null };
        return this;
    }

    internal HttpParticipant Build() => _participant with { Headers = _headers };
}
