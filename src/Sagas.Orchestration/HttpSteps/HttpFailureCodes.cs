using System.Globalization;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>The error codes of steps that the worker carries out over HTTP.</summary>
internal static class HttpFailureCodes
{
    /// <summary>A placeholder has no value. Nothing was called.</summary>
    public const string PlaceholderMissing = "HTTP_PLACEHOLDER_MISSING";

    /// <summary>A placeholder's value cannot stand where it should. Nothing was called.</summary>
    public const string PlaceholderInvalid = "HTTP_PLACEHOLDER_INVALID";

    /// <summary>No connection could be opened. Nothing was sent.</summary>
    public const string NotReached = "HTTP_NOT_REACHED";

    /// <summary>The call took too long.</summary>
    public const string CallTimeout = "HTTP_CALL_TIMEOUT";

    /// <summary>The service took too long to answer.</summary>
    public const string ResponseTimeout = "HTTP_RESPONSE_TIMEOUT";

    /// <summary>The connection broke before the whole response was there.</summary>
    public const string ConnectionLost = "HTTP_CONNECTION_LOST";

    /// <summary>The service sent the request elsewhere, where it may not go.</summary>
    public const string RedirectRefused = "HTTP_REDIRECT_REFUSED";

    /// <summary>The service works on it, and wants to be asked where the worker may not ask.</summary>
    public const string LocationRefused = "HTTP_LOCATION_REFUSED";

    /// <summary>The response is longer than what is read.</summary>
    public const string ResponseTooLarge = "HTTP_RESPONSE_TOO_LARGE";

    /// <summary>The response does not hold the result where the definition says.</summary>
    public const string ResultNotFound = "HTTP_RESULT_NOT_FOUND";

    /// <summary>What the service answered, for instance <c>HTTP_503</c>.</summary>
    public static string Status(int status) => string.Create(CultureInfo.InvariantCulture, $"HTTP_{status}");
}
