using Microsoft.AspNetCore.Http;
using Sagas.Contracts;
using Sagas.Contracts.Text;

namespace Sagas.Dashboard.Api;

/// <summary>The problems that several endpoints have.</summary>
internal static class Problems
{
    private const int SecondsUntilDatabaseIsBack = 5;

    public static Problem SagaNotFound(Guid id) =>
        new(StatusCodes.Status404NotFound, RefusalCodes.SagaNotFound, $"No saga has the id {id}.") { Parameter = "id" };

    public static Problem InvalidParameter(string parameter, string detail) =>
        new(StatusCodes.Status400BadRequest, ProblemCodes.InvalidParameter, detail) { Parameter = parameter };

    public static Problem RequestTimeout(ApiOptions options) => new(
        StatusCodes.Status408RequestTimeout,
        ProblemCodes.RequestTimeout,
        $"The request took longer than {Duration.Format(options.RequestTimeout)} "
        + $"({ApiOptions.Section}:{nameof(ApiOptions.RequestTimeout)}). Whether it was done is not known; a start may "
        + "be repeated under its key.");

    public static Problem HandlerTimeout(ApiOptions options) => new(
        StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.HandlerTimeout,
        $"The worker's database or broker did not answer within {Duration.Format(options.HandlerTimeout)} "
        + $"({ApiOptions.Section}:{nameof(ApiOptions.HandlerTimeout)}). Whether it was done is not known; a start may "
        + "be repeated under its key.")
    {
        RetryAfter = SecondsUntilDatabaseIsBack,
    };

    public static Problem DatabaseUnavailable() => new(
        StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.DatabaseUnavailable,
        "The worker's database does not answer, or refuses the worker. The worker goes on by itself when it is back; "
        + "ask again then.")
    {
        RetryAfter = SecondsUntilDatabaseIsBack,
    };

    public static Problem DatabaseRefusedRow() => new(
        StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.DatabaseRefusedRow,
        "The worker's database refuses what was to be written, and nothing was. The worker's log says why: somebody has to look "
        + "before it is worth asking again.");

    public static Problem BrokerUnavailable() => new(
        StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.BrokerUnavailable,
        "The worker's broker does not answer, or refuses the worker. The worker goes on by itself when it is back. Whether it was "
        + "done is not known; a start may be repeated under its key.")
    {
        RetryAfter = SecondsUntilDatabaseIsBack,
    };

    public static Problem FeedTimeout(ApiOptions options) => new(
        StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.FeedTimeout,
        $"The live feed could not be connected within {Duration.Format(options.FeedConnectTimeout)} "
        + $"({ApiOptions.Section}:{nameof(ApiOptions.FeedConnectTimeout)}): the worker's database does not answer.")
    {
        RetryAfter = SecondsUntilDatabaseIsBack,
    };

    public static Problem TooManyFeeds(ApiOptions options) => new(
        StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.TooManyFeeds,
        $"This worker serves {options.MaxFeeds} live feeds already "
            + $"({ApiOptions.Section}:{nameof(ApiOptions.MaxFeeds)}).")
    {
        RetryAfter = SecondsUntilDatabaseIsBack,
    };

    public static Problem TooManyFeedsOfCaller(ApiOptions options) => new(
        StatusCodes.Status429TooManyRequests,
        ProblemCodes.TooManyFeeds,
        $"Whoever asks has {options.MaxFeedsPerCaller} live feeds of this worker already "
            + $"({ApiOptions.Section}:{nameof(ApiOptions.MaxFeedsPerCaller)}). Close one, or share it.")
    {
        RetryAfter = SecondsUntilDatabaseIsBack,
    };

    /// <summary>What the framework says by a status alone.</summary>
    public static Problem OfStatus(int status, HttpContext context) => status switch
    {
        StatusCodes.Status401Unauthorized => new(
            status, ProblemCodes.Unauthenticated, "The request does not say who asks."),
        StatusCodes.Status403Forbidden => new(status, ProblemCodes.Forbidden, "Who asks has no right to do this."),
        StatusCodes.Status404NotFound => new(
            status, ProblemCodes.NotFound, $"There is nothing at {context.Request.Path}."),
        StatusCodes.Status405MethodNotAllowed => new(
            status,
            ProblemCodes.MethodNotAllowed,
            $"{context.Request.Path} does not take {context.Request.Method}. Allowed: "
                + $"{context.Response.Headers.Allow}."),
        StatusCodes.Status408RequestTimeout => new(status, ProblemCodes.RequestTimeout, "The request came too slowly."),
        StatusCodes.Status413PayloadTooLarge => new(
            status, ProblemCodes.RequestTooLarge, "The request's body is too large."),
        StatusCodes.Status415UnsupportedMediaType => new(
            status,
            ProblemCodes.UnsupportedMediaType,
            "The body must be JSON, with the content type application/json."),
        < StatusCodes.Status500InternalServerError => new(
            status, ProblemCodes.MalformedRequest, "The request is malformed."),
        _ => new(status, RefusalCodes.InternalError, "The worker could not handle the request. Its log says why."),
    };
}
