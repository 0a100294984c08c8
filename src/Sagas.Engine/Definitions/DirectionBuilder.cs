using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>
/// Declares what the two directions of a step have in common: calls over HTTP, how long they may take, and their
/// retries.
/// </summary>
/// <typeparam name="TBuilder">The builder of the direction.</typeparam>
public abstract class DirectionBuilder<TBuilder>
    where TBuilder : DirectionBuilder<TBuilder>
{
    private protected DirectionBuilder()
    {
    }

    private protected HttpParticipant? DeclaredHttp { get; private set; }

    private protected TimeSpan? DeclaredTimeout { get; private set; }

    private protected RetryDeclaration? DeclaredRetry { get; private set; }

    /// <summary>Says what is called over HTTP, in place of a queue.</summary>
    /// <param name="method">GET, POST, PUT, PATCH or DELETE.</param>
    /// <param name="url">
    /// The URL, which may hold placeholders in its path and query: see <see cref="HttpParticipant"/>.
    /// </param>
    /// <param name="declare">Declares headers, body, and what the response means.</param>
    public TBuilder Http(string method, string url, Action<HttpParticipantBuilder>? declare = null)
    {
        var http = new HttpParticipantBuilder(method, url);
        declare?.Invoke(http);
        DeclaredHttp = http.Build();
        return (TBuilder)this;
    }

    /// <summary>Says how long to wait for the reply to one attempt: 100 milliseconds to 30 days.</summary>
    public TBuilder Timeout(TimeSpan timeout)
    {
        DeclaredTimeout = timeout;
        return (TBuilder)this;
    }

    /// <summary>Says how attempts are repeated before the direction is given up.</summary>
    /// <param name="retries">How many attempts may follow the first: 0 to 100.</param>
    /// <param name="interval">The pause after the first failed attempt: 1 millisecond to 1 day.</param>
    /// <param name="maxInterval">The longest pause, before jitter: the interval to 1 day.</param>
    /// <param name="jitter">By what share of itself a pause is randomly changed: 0 to 1.</param>
    public TBuilder Retry(
        int? retries = null,
        TimeSpan? interval = null,
        TimeSpan? maxInterval = null,
        double? jitter = null)
    {
        DeclaredRetry = new RetryDeclaration
        {
            Retries = retries,
            Interval = interval,
            MaxInterval = maxInterval,
            Jitter = jitter,
        };
        return (TBuilder)this;
    }
}
