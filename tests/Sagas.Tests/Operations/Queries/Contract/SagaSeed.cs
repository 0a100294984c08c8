using Sagas.Dashboard.Queries;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Operations.Queries.Contract;

/// <summary>Sagas of every kind, and what lists of them are to show.</summary>
internal static class SagaSeed
{
    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    public static SagaState Saga(string state, string name, int version, int minutes) => new()
    {
        CorrelationId = Guid.NewGuid(),
        Name = name,
        Version = version,
        State = state,
        StartedAt = Start.AddMinutes(minutes),
        UpdatedAt = Start.AddMinutes(minutes),
        DueAt = state is "Running" or "Compensating" ? Start.AddMinutes(1_000 - minutes) : null,
        EndedAt = state is "Completed" or "Compensated" or "Aborted" ? Start.AddDays(1) : null,
        RowVersion = 1,
    };

    /// <summary>As many sagas, two of which start at each instant.</summary>
    public static IReadOnlyList<SagaState> Create(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => Saga(
            SagaStates.All[i * 7 % SagaStates.All.Count], i % 3 == 0 ? "order" : "travel", 1 + (i % 4 / 3), i / 2)),
    ];

    public static IEnumerable<SagaFilter> Filters() =>
        from sort in Enum.GetValues<SagaSort>()
        from states in (string[][])[[], ["Running"], ["Suspended", "Completed"], ["Compensating", "Running", "Aborted"], [.. SagaStates.All]]
        from name in (string?[])[null, "order", "none"]
        from version in (int?[])[null, 2]
        from time in ((DateTimeOffset?, DateTimeOffset?)[])[(null, null), (Start.AddMinutes(5), Start.AddMinutes(20))]
        select new SagaFilter { Sort = sort, States = states, Name = name, Version = version, From = time.Item1, To = time.Item2 };

    public static IEnumerable<SagaState> Expected(IEnumerable<SagaState> sagas, SagaFilter filter)
    {
        var chosen = sagas
            .Where(x => filter.States.Count == 0 || filter.States.Contains(x.State))
            .Where(x => filter.Name is null || x.Name == filter.Name)
            .Where(x => filter.Version is null || x.Version == filter.Version)
            .Where(x => filter.From is null || x.StartedAt >= filter.From)
            .Where(x => filter.To is null || x.StartedAt < filter.To)
            .OrderByDescending(x => x.StartedAt)
            .ThenByDescending(x => x.CorrelationId)
            .ToList();
        return filter.Sort == SagaSort.Newest
            ? chosen
            : [
                .. chosen.Where(x => x.State == "Suspended"),
                .. chosen.Where(x => x.DueAt is not null).OrderBy(x => x.DueAt).ThenBy(x => x.CorrelationId),
                .. chosen.Where(x => x.EndedAt is not null),
            ];
    }
}
