using MassTransit;

namespace Sagas.Contracts;

/// <summary>The saga is stored and will be brought to its end.</summary>
[EntityName("saga.accepted")]
public sealed record SagaAccepted
{
    /// <summary>The saga's id.</summary>
    public required Guid SagaId { get; init; }

    /// <summary>The name of the saga's definition.</summary>
    public required string SagaName { get; init; }

    /// <summary>The version of the definition that the saga runs on, from 1.</summary>
    public required int SagaVersion { get; init; }

    /// <summary>Whether an earlier request with the same identity had started the saga already.</summary>
    public bool AlreadyStarted { get; init; }
}
