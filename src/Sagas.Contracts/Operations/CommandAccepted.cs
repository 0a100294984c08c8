using MassTransit;

namespace Sagas.Contracts;

/// <summary>An operator's command was carried out and recorded.</summary>
[EntityName("saga.command_accepted")]
public sealed record CommandAccepted
{
    /// <summary>The saga.</summary>
    public required Guid SagaId { get; init; }

    /// <summary>The command's type name, for instance <c>RetrySaga</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The saga's state after the command; after a repeated one, its present state.</summary>
    public required string State { get; init; }

    /// <summary>Whether an earlier command under the same key had done it already.</summary>
    public bool AlreadyDone { get; init; }
}
