using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Engine;

namespace Sagas.Dashboard.Pages.Models;

/// <summary>A saga in the list.</summary>
public sealed record SagaRow
{
    /// <summary>The saga's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The definition's name and version.</summary>
    public required string Definition { get; init; }

    /// <summary>The state.</summary>
    public required string State { get; init; }

    /// <summary>What it is doing, in a few words.</summary>
    public required string Step { get; init; }

    /// <summary>How many of its steps are done.</summary>
    public required int Done { get; init; }

    /// <summary>How many steps it has.</summary>
    public required int Total { get; init; }

    /// <summary>Why it turned back or was suspended; empty if it did neither.</summary>
    public required string Why { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether somebody must do something about it.</summary>
    public bool NeedsSomebody => State == nameof(SagaStatus.Suspended);

    internal static SagaRow Of(SagaSummary saga) => new()
    {
        Id = saga.Id,
        Definition = $"{saga.Name} v{saga.Version}",
        State = saga.State,
        Step = SummaryText.Step(saga),
        Done = saga.Progress.Done,
        Total = saga.Progress.Total,
        Why = saga.Failure is null ? "" : SummaryText.Describe(saga.Failure),
        StartedAt = saga.StartedAt,
        UpdatedAt = saga.UpdatedAt,
    };
}
