namespace Sagas.Tests.Participants.Contract;

/// <summary>The business change of the participant under test.</summary>
public sealed class WorkItem
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public Guid SagaId { get; set; }

    public string Step { get; set; } = "";

    public string Direction { get; set; } = "";

    public string IdempotencyKey { get; set; } = "";
}
