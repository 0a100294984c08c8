namespace Sagas.Dashboard.Access;

/// <summary>Why somebody was not taken for who he says he is, for the log and the metrics.</summary>
internal static class AuthenticationReasons
{
    /// <summary>The header <c>Authorization</c> has another form than <c>Bearer</c> and a key or token.</summary>
    public const string Malformed = "malformed";

    /// <summary>It has the form of a key, but is none of this worker's.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>The token is over.</summary>
    public const string ExpiredToken = "expired_token";

    /// <summary>The token is not signed by the provider, or is for somebody else.</summary>
    public const string InvalidToken = "invalid_token";
}
