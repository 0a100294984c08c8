using System.ComponentModel.DataAnnotations;

namespace Sagas.Persistence;

/// <summary>
/// The state that MassTransit's own store keeps of each scope's messages. There is no such state here, and no table: a
/// row of <see cref="OutboxMessage"/> is a message that is not sent yet. The class is there for code that names it.
/// </summary>
public sealed class OutboxState
{
    /// <summary>The scope.</summary>
    [Key]
    public Guid OutboxId { get; set; }

    /// <summary>Which process sends its messages.</summary>
    public Guid LockId { get; set; }

    /// <summary>The row's version.</summary>
    public byte[]? RowVersion { get; set; }

    /// <summary>When the scope began.</summary>
    public DateTime Created { get; set; }

    /// <summary>When its last message was sent.</summary>
    public DateTime? Delivered { get; set; }

    /// <summary>The number of its last message that was sent.</summary>
    public long? LastSequenceNumber { get; set; }
}
