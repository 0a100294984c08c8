namespace Sagas.Persistence.Store;

/// <summary>
/// A row of <c>undecided_message</c>: a reply or command for a saga that the worker which received it could not read.
/// It goes back to the workers' queue each time the saga is looked at again.
/// </summary>
public sealed class UndecidedMessage
{
    /// <summary>The row's id.</summary>
    public Guid Id { get; set; }

    /// <summary>The saga that the message is for.</summary>
    public Guid SagaId { get; set; }

    /// <summary>When the message was put here (UTC).</summary>
    public DateTime ReceivedAt { get; set; }

    /// <summary>The message as a row of the outbox, in JSON.</summary>
    public string Message { get; set; } = "";
}
