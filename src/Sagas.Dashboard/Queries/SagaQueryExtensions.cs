using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Queries;

/// <summary>Leaves out of a query what a list does not show, and what may be large.</summary>
internal static class SagaQueryExtensions
{
    public static IQueryable<SagaState> Summarized(this IQueryable<SagaState> sagas) => sagas.Select(x => new SagaState
    {
        CorrelationId = x.CorrelationId,
        Name = x.Name,
        Version = x.Version,
        State = x.State,
        CurrentStep = x.CurrentStep,
        Direction = x.Direction,
        Attempt = x.Attempt,
        DueAt = x.DueAt,
        Steps = x.Steps,
        Failure = x.Failure,
        StartedBy = x.StartedBy,
        StartedAt = x.StartedAt,
        UpdatedAt = x.UpdatedAt,
        EndedAt = x.EndedAt,
        RowVersion = x.RowVersion,
    });
}
