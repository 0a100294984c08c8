using System.Text.Json;
using MassTransit;

namespace Sagas.Contracts;

/// <summary>What the two commands that a participant receives have in common.</summary>
[ExcludeFromTopology]
public interface IStepCommand
{
    /// <summary>The saga that the step belongs to.</summary>
    Guid SagaId { get; }

    /// <summary>The name of the saga's definition.</summary>
    string SagaName { get; }

    /// <summary>The version of the saga's definition, from 1.</summary>
    int SagaVersion { get; }

    /// <summary>The step's name, unique within the definition.</summary>
    string Step { get; }

    /// <summary>Which try of this direction of this step it is, from 1. The reply must repeat it.</summary>
    int Attempt { get; }

    /// <summary>
    /// <c>{sagaId}/{step}/{direction}/{round}</c>. It is the same for every attempt that may repeat an attempt of
    /// unknown outcome, and another one after a definite answer: carry out an effect at most once for each key.
    /// </summary>
    string IdempotencyKey { get; }

    /// <summary>The saga's input, as it was given to <see cref="StartSaga"/>.</summary>
    JsonElement Input { get; }

    /// <summary>
    /// Results of steps: a JSON object, one property a step. To execute, of the steps before; to compensate, of this step
    /// alone, where it is known.
    /// </summary>
    JsonElement Results { get; }

    /// <summary>
    /// When the worker stops waiting for the reply to this attempt (UTC). A reply after it may still count.
    /// </summary>
    DateTimeOffset Deadline { get; }
}
