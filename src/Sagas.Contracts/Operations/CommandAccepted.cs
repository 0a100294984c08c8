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

    /// <summary>The saga's state after the command.</summary>
    public required string State { get; init; }
}
