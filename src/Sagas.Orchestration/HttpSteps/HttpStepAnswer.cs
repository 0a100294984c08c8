using System.Text.Json;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>What a call to an HTTP participant came to.</summary>
internal abstract record HttpStepAnswer
{
    private HttpStepAnswer()
    {
    }

    /// <summary>
    /// Whether it speaks against the destination: it could not be reached, did not answer in time, or answered that it
    /// cannot serve (408, 429, 5xx). An answer that only this request deserves (400, 404, 422 …) does not.
    /// </summary>
    public bool DestinationFailed { get; init; }

    /// <summary>
    /// The same after an earlier request, under the same key, that may have had its effect: that this one had none
    /// settles nothing.
    /// </summary>
    public HttpStepAnswer Unsettled() => this is Failed failed
        ? new Unknown(failed.Code, failed.Message, failed.Retryable, failed.RetryAfter)
        {
            DestinationFailed = DestinationFailed,
        }
        : this;

    /// <summary>The step was carried out, or undone.</summary>
    /// <param name="Result">What was read from the response, or <see langword="null"/>.</param>
    internal sealed record Succeeded(JsonElement? Result) : HttpStepAnswer;

    /// <summary>This request had no effect, for certain.</summary>
    internal sealed record Failed(string Code, string Message, bool Retryable, TimeSpan? RetryAfter = null)
        : HttpStepAnswer;

    /// <summary>The request may or may not have had its effect.</summary>
    internal sealed record Unknown(string Code, string Message, bool Retryable = true, TimeSpan? RetryAfter = null)
        : HttpStepAnswer;

    /// <summary>The service works on it: its answer comes later.</summary>
    /// <param name="Location">Where to ask, or <see langword="null"/> when the service sends a reply by itself.</param>
    /// <param name="AskAfter">How long it wants not to be asked, if it said so.</param>
    internal sealed record Ongoing(Uri? Location, TimeSpan? AskAfter) : HttpStepAnswer;

    /// <summary>The service points to where this worker may not go. Another may, from the first request on.</summary>
    internal sealed record ForAnother(string Code, string Message, bool MayHaveActed) : HttpStepAnswer;
}
