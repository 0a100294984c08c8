namespace Sagas.Benchmarks.Participants;

/// <summary>What a participant does: one row a step, which its compensation marks as undone.</summary>
public sealed class BusinessRow
{
    public Guid SagaId { get; set; }

    public required string Step { get; set; }

    public DateTime DoneAt { get; set; }

    public DateTime? UndoneAt { get; set; }
}
