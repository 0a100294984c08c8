using System.Net;

namespace Sagas.Participants;

/// <summary>Tells exceptions that leave open what happened on the other side of a connection.</summary>
internal static class AmbiguousFailure
{
    public static bool Is(Exception exception)
    {
        return exception switch
        {
            HttpRequestException { StatusCode: { } status } =>
                status is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError,
            HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            } => false,
            HttpRequestException or TimeoutException or OperationCanceledException => true,
            _ => false,
        };
    }
}
