using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// Asks the worker to start a saga. Answered with <see cref="SagaAccepted"/> or <see cref="RequestRefused"/> where the
/// sender gave an address for the answer.
/// </summary>
/// <remarks>
/// A redelivered request must not start a second saga, so that it needs one of three identities: an
/// <see cref="IdempotencyKey"/>, a <see cref="SagaId"/>, or a message id, of which the first that is there is used.
/// </remarks>
[EntityName("saga.start")]
public sealed record StartSaga
{
    /// <summary>The name of a saga definition that the worker knows.</summary>
    public required string SagaName { get; init; }

    /// <summary>The definition's version, from 1. By default the highest version that the worker has loaded.</summary>
    public int? Version { get; init; }

    /// <summary>
    /// What the participants need to know: a JSON object, whose size is limited by the worker's configuration. By
    /// default an empty one.
    /// </summary>
    public JsonElement? Input { get; init; }

    /// <summary>
    /// <c>[A-Za-z0-9._:-]{1,128}</c>, by default kept for 3,600 s. The same key with the same request answers with the
    /// saga that the first one started; the same key with another request is refused.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The id of the new saga. By default the worker chooses it.</summary>
    public Guid? SagaId { get; init; }
}

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
