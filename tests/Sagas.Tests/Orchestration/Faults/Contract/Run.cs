namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>One telling of a story: what the saga in it is called.</summary>
internal sealed class Run
{
    /// <summary>The saga's id. A saga that is started under a key gets another.</summary>
    public Guid SagaId { get; set; } = Guid.NewGuid();

    /// <summary>The idempotency key of the run's start requests.</summary>
    public string Key { get; } = $"{Guid.NewGuid()}";
}
