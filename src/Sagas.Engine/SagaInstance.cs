using System.Collections.Immutable;
using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>One run of a definition: all that the engine knows of it.</summary>
internal sealed record SagaInstance
{
    /// <summary>The saga's id.</summary>
    public required Guid SagaId { get; init; }

    /// <summary>The definition's name.</summary>
    public required string Name { get; init; }

    /// <summary>The definition's version, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The state.</summary>
    public required SagaStatus State { get; init; }

    /// <summary>
    /// The step in hand, or <see langword="null"/> in a terminal state. Of a parallel group, the first that is not
    /// over.
    /// </summary>
    public string? CurrentStep { get; init; }

    /// <summary>The direction of the step in hand, or <see langword="null"/> in a terminal state.</summary>
    public StepDirection? Direction { get; init; }

    /// <summary>The last attempt that was sent of the direction in hand, from 1; 0 in a terminal state.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// When the engine must look at the saga by itself: the earliest of its steps and of its own deadline.
    /// <see langword="null"/> exactly in the terminal states and in <see cref="SagaStatus.Suspended"/>.
    /// </summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The input: a JSON object.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>The results of the steps that succeeded: a JSON object, one property a step.</summary>
    public required JsonElement Results { get; init; }

    /// <summary>The steps in the definition's order.</summary>
    public required ImmutableArray<StepInstance> Steps { get; init; }

    /// <summary>
    /// Why the saga turned back or was suspended; or, while it is running, why it turns back as soon as the other steps
    /// of the group have answered.
    /// </summary>
    public SagaFailure? Failure { get; init; }

    /// <summary>The terminal state from which a late success reopened the saga, and to which it returns.</summary>
    public SagaStatus? EndedAs { get; init; }

    /// <summary>How many history records there are.</summary>
    public int HistorySequence { get; init; }

    /// <summary>How many events were published.</summary>
    public int EventSequence { get; init; }

    /// <summary>When the saga was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it reached its terminal state, or <see langword="null"/>.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether the saga has ended.</summary>
    public bool IsTerminal => State is SagaStatus.Completed or SagaStatus.Compensated or SagaStatus.Aborted;

    /// <summary>
    /// Whether a step has failed for good, and the saga turns back once those beside it have answered.
    /// </summary>
    public bool IsDoomed => State == SagaStatus.Running && Failure is not null;

    /// <summary>Whether the saga has turned back, even if it has ended or is suspended since.</summary>
    public bool HasTurnedBack => State switch
    {
        SagaStatus.Compensating or SagaStatus.Compensated => true,
        SagaStatus.Suspended => Direction == StepDirection.Compensate,
        SagaStatus.Aborted => Steps.Any(
            step => step.Compensation.Count > 0 || step.Status == StepStatus.CompensationFailed),
        _ => false,
    };

    /// <summary>The step of that name, or <see langword="null"/>.</summary>
    public StepInstance? FindStep(string? name) => Steps.FirstOrDefault(step => step.Name == name);
}
