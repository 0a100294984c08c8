namespace Sagas.Persistence;

/// <summary>
/// A row of <c>inbox_state</c>: a message that a consumer has consumed, so that it is not consumed again.
/// </summary>
public class InboxState
{
    /// <summary>The message.</summary>
    public Guid MessageId { get; set; }

    /// <summary>The consumer: derived from its endpoint, its type and the message type.</summary>
    public Guid ConsumerId { get; set; }

    /// <summary>When it was consumed (UTC).</summary>
    public DateTime Consumed { get; set; }
}
