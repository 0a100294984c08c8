using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Dashboard.Pages.Alerts;
using Sagas.Dashboard.Pages.Models;
using Sagas.Dashboard.Queries;
using Sagas.Engine;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Transport;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Pages;

/// <summary>Gathers what a page shows. No question to the database is without a bound.</summary>
internal sealed class InspectorQueries(
    SagaQueries sagas,
    CountQueries counts,
    OutboxQueries outbox,
    DefinitionQueries definitions,
    StoreStatistics statistics,
    CircuitBreakers circuits,
    RecentCounts recent,
    SagaDatabase database,
    IOptions<ApiOptions> options,
    [SagaClock] TimeProvider clock,
    ParticipantQueues? participants = null) : IDisposable
{
    private const int HistoryLength = 1_000;
    private const int ParkedShown = 5;

    private readonly AgedValue<StoreFigures> _figures = new(clock);

    public async Task<HomeModel> HomeAsync(ListFilter filter, CancellationToken stop)
    {
        var page = await sagas.ListAsync(filter.ToQuery(options.Value, clock.GetUtcNow()), stop);
        var counted = await counts.ReadAsync(stop);
        var figures = await _figures.ReadAsync(options.Value.CountsAge, statistics.ReadAsync, stop);
        var parked = figures.ParkedMessages > 0 ? (await outbox.ListAsync(0, ParkedShown, stop)).Items : [];
        var breakers = circuits.List();
        return new HomeModel
        {
            States = [.. counted.ByState.Select(x => Tile(x.Key, x.Value, filter))],
            CountedAt = counted.AsOf,
            Total = counted.Total,
            Rates = Rates(),
            DueLag = figures.DueLag,
            Alerts = [.. AlertRules.Refused(participants?.Objections), .. AlertRules.Evaluate(figures, breakers, recent)],
            Circuits = [.. breakers.Select(Circuit)],
            Outbox = new OutboxModel(
                figures.OutboxMessages, figures.OutboxAge, figures.ParkedMessages, [.. parked.Select(Parked)]),
            Names = [.. counted.ByName.Keys],
            Filter = filter,
            Sagas = [.. page.Items.Select(SagaRow.Of)],
            Next = page.Next is { } next ? (filter with { Cursor = next }).Href : null,
        };
    }

    /// <summary>A saga's page, or <see langword="null"/> if there is no such saga.</summary>
    public async Task<SagaModel?> SagaAsync(Guid id, int after, Visitor visitor, CancellationToken stop)
    {
        if (await sagas.FindAsync(id, stop) is not { } saga
            || await sagas.HistoryAsync(id, after, HistoryLength, stop) is not { } history)
        {
            return null;
        }

        return SagaModels.Of(saga, history, visitor, database.Kind == SagaDatabaseKind.PostgreSql, clock.GetUtcNow());
    }

    public async Task<IReadOnlyList<DefinitionRow>> DefinitionsAsync(CancellationToken stop) =>
    [
        .. (await definitions.ListAsync(stop))
            .Select(x => new DefinitionRow(
                x.Name, x.Version, x.Description, x.Steps, x.IsLoaded, x.UsedSince, x.WithdrawnAt, x.Problem)),
    ];

    public void Dispose() => _figures.Dispose();

    private static StateTile Tile(string state, long count, ListFilter filter)
    {
        var isChosen = filter.States.Contains(state, StringComparer.OrdinalIgnoreCase);
        var other = filter with { States = isChosen ? [] : [state], Cursor = "" };
        return new StateTile(state, count, other.Href, isChosen);
    }

    private static CircuitRow Circuit(CircuitBreakerSnapshot circuit) => new(
        circuit.Destination,
        circuit.State.ToString(),
        circuit.Calls,
        circuit.Failures,
        circuit.ChangedAt,
        circuit.RetryIn);

    private static ParkedRow Parked(ParkedMessageView message) => new(
        message.Number,
        message.MessageType.Split(';')[0].Split(':')[^1],
        message.Destination,
        message.SagaId,
        message.ParkedAt,
        message.Attempts,
        message.LastError ?? "");

    private IReadOnlyList<Rate> Rates()
    {
        var window = AlertLimits.StepWindow;
        var minutes = Math.Max(1, recent.Covered(window).TotalMinutes);
        var ended = recent.Read("sagas.ended", window);
        return
        [
            new("started", recent.Read("sagas.started", window).Values.Sum() / minutes),
            new("completed", ended.GetValueOrDefault(nameof(SagaStatus.Completed)) / minutes),
            new("compensated", ended.GetValueOrDefault(nameof(SagaStatus.Compensated)) / minutes),
            new("suspended", recent.Read("sagas.suspensions", window).Values.Sum() / minutes),
        ];
    }
}
