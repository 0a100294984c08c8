using Sagas.Contracts;

namespace Sagas.Dashboard.Api;

/// <summary>
/// The values of a problem's <c>code</c> that are the API's own; the others are <see cref="RefusalCodes"/>.
/// </summary>
internal static class ProblemCodes
{
    /// <summary>The body is not JSON, or not of the form that the request has; <c>pointer</c> says where.</summary>
    public const string InvalidBody = "INVALID_BODY";

    /// <summary>The body's content type is not JSON.</summary>
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";

    /// <summary>
    /// A part of the path or of the query has a value that is not allowed; <c>parameter</c> says which.
    /// </summary>
    public const string InvalidParameter = "INVALID_PARAMETER";

    /// <summary>The cursor is not one that this API gave out for this very query.</summary>
    public const string InvalidCursor = "INVALID_CURSOR";

    /// <summary>The body is larger than the configured limit.</summary>
    public const string RequestTooLarge = "REQUEST_TOO_LARGE";

    /// <summary>There is nothing at this path.</summary>
    public const string NotFound = "NOT_FOUND";

    /// <summary>What is at this path does not take this method.</summary>
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";

    /// <summary>The HTTP request itself is malformed.</summary>
    public const string MalformedRequest = "MALFORMED_REQUEST";

    /// <summary>Nobody said who asks.</summary>
    public const string Unauthenticated = "UNAUTHENTICATED";

    /// <summary>Who asks may not do this.</summary>
    public const string Forbidden = "FORBIDDEN";

    /// <summary>Too many wrong keys or tokens came from this address.</summary>
    public const string TooManyFailures = "TOO_MANY_FAILURES";

    /// <summary>An address behind a trusted proxy has as many requests at once as it may.</summary>
    public const string TooManyRequests = "TOO_MANY_REQUESTS";

    /// <summary>A browser sent it on behalf of another site's page.</summary>
    public const string CrossSiteRequest = "CROSS_SITE_REQUEST";

    /// <summary>The worker, which demands no key, was called by a name that is not its own.</summary>
    public const string HostNotAllowed = "HOST_NOT_ALLOWED";

    /// <summary>A token cannot be checked, since its provider does not answer.</summary>
    public const string AuthorityUnavailable = "AUTHORITY_UNAVAILABLE";

    /// <summary>The request took longer than <c>Sagas:Api:RequestTimeout</c>.</summary>
    public const string RequestTimeout = "REQUEST_TIMEOUT";

    /// <summary>The worker took longer over it than <c>Sagas:Api:HandlerTimeout</c>.</summary>
    public const string HandlerTimeout = "HANDLER_TIMEOUT";

    /// <summary>The database does not answer, or refuses.</summary>
    public const string DatabaseUnavailable = "DATABASE_UNAVAILABLE";

    /// <summary>The database refuses a row of what the request writes.</summary>
    public const string DatabaseRefusedRow = "DATABASE_REFUSED_ROW";

    /// <summary>The broker does not answer, or refuses the worker.</summary>
    public const string BrokerUnavailable = "BROKER_UNAVAILABLE";

    /// <summary>The live feed could not be connected within <c>Sagas:Api:FeedConnectTimeout</c>.</summary>
    public const string FeedTimeout = "FEED_TIMEOUT";

    /// <summary>
    /// The worker serves as many live feeds as <c>Sagas:Api:MaxFeeds</c> allows, or the caller as many as
    /// <c>Sagas:Api:MaxFeedsPerCaller</c>.
    /// </summary>
    public const string TooManyFeeds = "TOO_MANY_FEEDS";

    /// <summary>No definition of that name and version is loaded or stored.</summary>
    public const string DefinitionNotFound = "DEFINITION_NOT_FOUND";

    /// <summary>No message of the outbox with that number is parked.</summary>
    public const string MessageNotFound = "MESSAGE_NOT_FOUND";

    /// <summary>No destination of that name has been called.</summary>
    public const string CircuitNotFound = "CIRCUIT_NOT_FOUND";
}
