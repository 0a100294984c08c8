using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// What every event of a saga's life has. Published at least once and, for one saga, in order; <see cref="Sequence"/>
/// tells duplicates. Consume this type, or bind to the exchange <c>saga.event</c>, to see all of them.
/// </summary>
[EntityName("saga.event")]
public interface ISagaEvent
{
    /// <summary>The saga.</summary>
    Guid SagaId { get; }

    /// <summary>The name of the saga's definition.</summary>
    string SagaName { get; }

    /// <summary>The version of the saga's definition, from 1.</summary>
    int SagaVersion { get; }

    /// <summary>The event's number within the saga, from 1, without gaps.</summary>
    int Sequence { get; }

    /// <summary>When it happened (UTC).</summary>
    DateTimeOffset OccurredAt { get; }
}
