using Sagas.Dashboard.Pages.Alerts;

namespace Sagas.Dashboard.Pages.Models;

/// <summary>The first page: all at a glance, and the list.</summary>
public sealed record HomeModel
{
    /// <summary>How many sagas there are in each state.</summary>
    public required IReadOnlyList<StateTile> States { get; init; }

    /// <summary>When they were counted.</summary>
    public required DateTimeOffset CountedAt { get; init; }

    /// <summary>How many there are in all.</summary>
    public required long Total { get; init; }

    /// <summary>What happened within the last minutes.</summary>
    public required IReadOnlyList<Rate> Rates { get; init; }

    /// <summary>For how long the saga that is due longest has been due.</summary>
    public required TimeSpan DueLag { get; init; }

    /// <summary>The alerts that hold now.</summary>
    public required IReadOnlyList<Alert> Alerts { get; init; }

    /// <summary>This worker's circuit breakers.</summary>
    public required IReadOnlyList<CircuitRow> Circuits { get; init; }

    /// <summary>The outbox.</summary>
    public required OutboxModel Outbox { get; init; }

    /// <summary>The definitions' names to choose from.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>What the list is narrowed to.</summary>
    public required ListFilter Filter { get; init; }

    /// <summary>The list.</summary>
    public required IReadOnlyList<SagaRow> Sagas { get; init; }

    /// <summary>The next page's address, if there is one.</summary>
    public required string? Next { get; init; }
}
