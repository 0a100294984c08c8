namespace Sagas.Persistence;

/// <summary>A row of the audit table: a message that was sent, published or consumed.</summary>
public class AuditRecord
{
    /// <summary>The row's number, assigned by the database.</summary>
    public int AuditRecordId { get; set; }

    /// <summary>The message's id.</summary>
    public Guid? MessageId { get; set; }

    /// <summary>The conversation that the message belongs to.</summary>
    public Guid? ConversationId { get; set; }

    /// <summary>The message's correlation id.</summary>
    public Guid? CorrelationId { get; set; }

    /// <summary>The correlation id of the message that caused this one.</summary>
    public Guid? InitiatorId { get; set; }

    /// <summary>The request that the message asks or answers.</summary>
    public Guid? RequestId { get; set; }

    /// <summary>When the message was sent (UTC).</summary>
    public DateTime? SentTime { get; set; }

    /// <summary>Where the message comes from.</summary>
    public string? SourceAddress { get; set; }

    /// <summary>Where it goes.</summary>
    public string? DestinationAddress { get; set; }

    /// <summary>Where answers go.</summary>
    public string? ResponseAddress { get; set; }

    /// <summary>Where faults go.</summary>
    public string? FaultAddress { get; set; }

    /// <summary>The endpoint that consumed the message, or <see langword="null"/>.</summary>
    public string? InputAddress { get; set; }

    /// <summary><c>Send</c>, <c>Publish</c> or <c>Consume</c>.</summary>
    public string? ContextType { get; set; }

    /// <summary>The message's type: its short name.</summary>
    public string? MessageType { get; set; }

    /// <summary>What the application adds to the metadata, a JSON object in its column.</summary>
    public Dictionary<string, string>? Custom { get; set; }

    /// <summary>The headers, a JSON object in their column.</summary>
    public Dictionary<string, string>? Headers { get; set; }

    /// <summary>The message, JSON in its column.</summary>
    public object? Message { get; set; }
}
