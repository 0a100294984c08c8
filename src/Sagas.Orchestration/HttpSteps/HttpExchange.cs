using Microsoft.Extensions.Options;
using Sagas.Contracts.Text;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// Sends a request, follows its redirects as far as they may go, and reads the response as far as it is wanted. Keeps
/// the time limits. Says in any case whether a request was sent.
/// </summary>
internal sealed class HttpExchange(
    HttpMessageInvoker http,
    HttpStepRequests requests,
    IOptions<HttpOptions> options,
    IOptions<ExternalCallOptions> limits,
    SagaTracer tracer,
    [SagaClock] TimeProvider clock)
{
    /// <param name="request">The request.</param>
    /// <param name="wantsBody">Whether the body of a response with that status is wanted.</param>
    /// <param name="isFinal">Whether a response with that status is not to be followed, wherever it points.</param>
    /// <param name="limit">How long it may take in all.</param>
    /// <param name="stop">Ends it before that.</param>
    public async Task<HttpOutcome> RunAsync(
        HttpStepRequest request,
        Func<int, bool> wantsBody,
        Func<int, bool> isFinal,
        TimeSpan limit,
        CancellationToken stop)
    {
        using var whole = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(whole.Token, stop);
        var mayHaveActed = false;
        for (var redirects = 0; ; redirects++)
        {
            var outcome = await SendAsync(request, wantsBody, either.Token) with { MayHaveActed = mayHaveActed };
            if (outcome is not HttpOutcome.Response { Content: var response }
                || isFinal(response.Status)
                || !HttpRedirects.IsRedirect(response.Status))
            {
                return outcome;
            }

            mayHaveActed |= HttpRedirects.MayHaveActed(response.Status);
            if (HttpRedirects.ProblemOf(request, response, redirects, options.Value.MaxRedirects) is { } problem)
            {
                return new HttpOutcome.Refused(HttpFailureCodes.RedirectRefused, $"{outcome.Host} {problem}")
                {
                    Host = outcome.Host,
                    MayHaveActed = mayHaveActed,
                };
            }

            request = HttpRedirects.Follow(request, response);
            if (requests.ProblemOf(request.Url) is { } lack)
            {
                return new HttpOutcome.ForAnother(
                    DeferralCodes.HostNotAllowed, $"{outcome.Host} answered {response.Status} and points elsewhere: {lack}")
                {
                    Host = outcome.Host,
                    MayHaveActed = mayHaveActed,
                };
            }
        }
    }

    private async Task<HttpOutcome> SendAsync(
        HttpStepRequest request, Func<int, bool> wantsBody, CancellationToken whole)
    {
        var host = $"{request.Url.Host}:{request.Url.Port}";
        using var timer = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, whole);
        using var message = new HttpRequestMessage(request.Method, request.Url);
        var content = new SentContent(request.Body ?? default, () => timer.CancelAfter(limits.Value.ResponseTimeout));
        message.Content = content;
        AddHeaders(message, request);
        using var span = tracer.StartCall(request.Method, request.Url, request.Trace);
        TraceContexts.Put(message, span?.Context ?? request.Trace);
        try
        {
            using var response = await http.SendAsync(message, either.Token);
            span?.Answered((int)response.StatusCode);
            return await ReadAsync(request, response, wantsBody((int)response.StatusCode), host, either.Token);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            span?.Fail(exception.GetType().FullName);
            return content.HasBegun
                ? Lost(host, whole.IsCancellationRequested, timer.IsCancellationRequested)
                : NotSent(host, whole.IsCancellationRequested, exception);
        }
    }

    private static HttpOutcome.NotSent NotSent(string host, bool isTimeUp, Exception exception) => isTimeUp
        ? new(HttpFailureCodes.CallTimeout, $"There was no time left to call {host}.") { Host = host }
        : new(HttpFailureCodes.NotReached, $"{host} could not be reached{ReasonOf(exception)}.") { Host = host };

    private HttpOutcome.Lost Lost(string host, bool isTimeUp, bool isResponseLate)
    {
        var (code, message) = (isTimeUp, isResponseLate) switch
        {
            (true, _) => (HttpFailureCodes.CallTimeout, $"The call to {host} took too long and was given up."),
            (_, true) => (
                HttpFailureCodes.ResponseTimeout,
                $"{host} did not answer within {Duration.Format(limits.Value.ResponseTimeout)}."),
            _ => (HttpFailureCodes.ConnectionLost, $"{host} broke the connection before its whole response was there."),
        };
        return new(code, message) { Host = host };
    }

    private async Task<HttpOutcome> ReadAsync(
        HttpStepRequest request, HttpResponseMessage response, bool wantsBody, string host, CancellationToken stop)
    {
        ReadOnlyMemory<byte>? body = null;
        if (wantsBody && (body = await ReadBodyAsync(response, stop)) is null)
        {
            return new HttpOutcome.Refused(
                HttpFailureCodes.ResponseTooLarge,
                $"{host} answered {(int)response.StatusCode} with more than {options.Value.MaxResponseBytes} bytes, "
                + $"which {HttpOptions.Section}:{nameof(HttpOptions.MaxResponseBytes)} does not allow.")
            {
                Host = host,
            };
        }

        var contentType = response.Content.Headers.ContentType;
        var mediaType = contentType?.MediaType ?? "";
        var (retryAfter, isUnreadable) = RetryAfterHeader.Of(response.Headers, clock.GetUtcNow());
        return new HttpOutcome.Response(new HttpStepResponse
        {
            Status = (int)response.StatusCode,
            Body = body,
            IsJson = !response.Content.Headers.Contains("Content-Type")
                || mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
                || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase),
            Charset = contentType?.CharSet,
            Location = response.Headers.Location is { } location ? Absolute(request.Url, location) : null,
            RetryAfter = retryAfter,
            HasUnreadableRetryAfter = isUnreadable,
        })
        {
            Host = host,
        };
    }

    /// <returns><see langword="null"/> when it is too long.</returns>
    private async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var most = options.Value.MaxResponseBytes;
        if (response.Content.Headers.ContentLength > most)
        {
            return null;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, stop) is > 0 and var count)
            {
                if (body.Length + count > most)
                {
                    return null;
                }

                body.Write(buffer, 0, count);
            }
        }
        catch (InvalidDataException)
        {
            // It is not compressed as it says. The service has answered all the same, and has acted.
            return ReadOnlyMemory<byte>.Empty;
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static void AddHeaders(HttpRequestMessage message, HttpStepRequest request)
    {
        var headers = request.MayHaveSecrets ? request.Headers.Concat(request.SecretHeaders) : request.Headers;
        foreach (var (name, value) in headers)
        {
            // Those that describe the body belong to it; without one they say nothing.
            if (!message.Headers.TryAddWithoutValidation(name, value) && request.Body is not null)
            {
                message.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (request.Body is not null && message.Content!.Headers.ContentType is null)
        {
            message.Content.Headers.ContentType = new("application/json");
        }

        if (message.Headers.Accept.Count == 0)
        {
            message.Headers.Accept.Add(new("application/json"));
        }
    }

    private static Uri? Absolute(Uri from, Uri location) =>
        Uri.TryCreate(from, location, out var absolute) ? absolute : null;

    private static string ReasonOf(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: var error }
            ? error switch
            {
                HttpRequestError.NameResolutionError => ": its name is not known",
                HttpRequestError.SecureConnectionError => ": no TLS connection could be agreed on",
                _ => ": it refused the connection, or is away",
            }
            : " in time";
}
