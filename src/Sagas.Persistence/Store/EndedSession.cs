namespace Sagas.Persistence.Store;

/// <summary>
/// A row of <c>ended_session</c>: a browser's session that was signed out before its time. A copy of its cookie is
/// worth nothing.
/// </summary>
public sealed class EndedSession
{
    /// <summary>The session's id, which its cookie holds.</summary>
    public Guid Id { get; set; }

    /// <summary>When it would have ended by itself at the latest (UTC); then the row is deleted.</summary>
    public DateTime ExpiresAt { get; set; }
}
