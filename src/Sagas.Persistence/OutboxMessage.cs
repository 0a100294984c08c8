namespace Sagas.Persistence;

/// <summary>
/// A row of <c>outbox_message</c>: a message that was committed and that the broker has not confirmed yet.
/// </summary>
public class OutboxMessage
{
    /// <summary>The row's number, assigned by the database; messages are sent in this order.</summary>
    public long SequenceNumber { get; set; }

    /// <summary>The message's id.</summary>
    public Guid MessageId { get; set; }

    /// <summary>Where it goes.</summary>
    public string DestinationAddress { get; set; } = "";

    /// <summary>The body's content type, for instance <c>application/vnd.masstransit+json</c>.</summary>
    public string ContentType { get; set; } = "";

    /// <summary>The message's types as URNs, separated by semicolons.</summary>
    public string MessageType { get; set; } = "";

    /// <summary>The serialized body, exactly as it goes to the broker.</summary>
    public string Body { get; set; } = "";

    /// <summary>The headers: a JSON object, or <see langword="null"/>.</summary>
    public string? Headers { get; set; }

    /// <summary>
    /// What the transport needs besides (routing key, reply_to, type, mandatory): a JSON object, or <see
    /// langword="null"/>.
    /// </summary>
    public string? Properties { get; set; }

    /// <summary>The conversation that the message belongs to.</summary>
    public Guid? ConversationId { get; set; }

    /// <summary>The message's correlation id.</summary>
    public Guid? CorrelationId { get; set; }

    /// <summary>The correlation id of the message that caused this one.</summary>
    public Guid? InitiatorId { get; set; }

    /// <summary>The request that the message asks or answers.</summary>
    public Guid? RequestId { get; set; }

    /// <summary>Where the message comes from.</summary>
    public string? SourceAddress { get; set; }

    /// <summary>Where answers go.</summary>
    public string? ResponseAddress { get; set; }

    /// <summary>Where faults go.</summary>
    public string? FaultAddress { get; set; }

    /// <summary>From when on (UTC) nobody needs the message any more, or <see langword="null"/>.</summary>
    public DateTime? ExpirationTime { get; set; }

    /// <summary>When the message was produced (UTC).</summary>
    public DateTime SentTime { get; set; }

    /// <summary>When the row was written (UTC).</summary>
    public DateTime EnqueuedAt { get; set; }

    /// <summary>
    /// What the message must keep its place in: those with the same key arrive in the order of their numbers. <see
    /// langword="null"/> if its place does not matter.
    /// </summary>
    public Guid? OrderingKey { get; set; }

    /// <summary>How often the dispatcher has tried to send it.</summary>
    public int Attempts { get; set; }

    /// <summary>When (UTC) the dispatcher tries it next.</summary>
    public DateTime NextTryAt { get; set; }

    /// <summary>
    /// When (UTC) the dispatcher gave it up, or <see langword="null"/>. Set it to null to have it tried again.
    /// </summary>
    public DateTime? ParkedAt { get; set; }

    /// <summary>What went wrong the last time, or <see langword="null"/>.</summary>
    public string? LastError { get; set; }
}
