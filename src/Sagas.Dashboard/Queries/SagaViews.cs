using System.Text.Json;
using Sagas.Engine;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Queries;

/// <summary>Makes views of rows.</summary>
internal static class SagaViews
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static SagaSummary Summary(SagaState row) => Summary(row, Steps(row));

    public static SagaDetail Detail(SagaState row)
    {
        var steps = Steps(row);
        return new SagaDetail(
            Summary(row, steps), JsonElement.Parse(row.Input), JsonElement.Parse(row.Results), steps);
    }

    public static HistoryView History(SagaHistoryEntry row) => new()
    {
        Sequence = row.Sequence,
        Time = Utc(row.Time),
        Event = row.Event,
        Step = row.Step,
        Direction = row.Direction,
        Attempt = row.Attempt,
        Detail = row.Detail is null ? null : JsonElement.Parse(row.Detail),
    };

    public static DateTimeOffset Utc(DateTime instant) => new(DateTime.SpecifyKind(instant, DateTimeKind.Utc));

    private static DateTimeOffset? Utc(DateTime? instant) => instant is { } some ? Utc(some) : null;

    private static SagaSummary Summary(SagaState row, IReadOnlyList<StepView> steps) => new()
    {
        Id = row.CorrelationId,
        Name = row.Name,
        Version = row.Version,
        State = row.State,
        Progress = Progress(steps),
        CurrentStep = row.CurrentStep,
        Direction = row.Direction,
        Attempt = row.Attempt,
        WaitsFor = WaitsFor(steps),
        DueAt = Utc(row.DueAt),
        Failure = Failure(row),
        StartedBy = row.StartedBy,
        StartedAt = Utc(row.StartedAt),
        UpdatedAt = Utc(row.UpdatedAt),
        EndedAt = Utc(row.EndedAt),
        Revision = row.RowVersion,
    };

    private static IReadOnlyList<StepView> Steps(SagaState row) => Read<IReadOnlyList<StepView>>(row.Steps) ?? [];

    private static FailureView? Failure(SagaState row) => row.Failure is null ? null : Read<FailureView>(row.Failure);

    /// <summary>A row that this worker cannot read does not keep it from showing the others.</summary>
    private static T? Read<T>(string json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ProgressView Progress(IReadOnlyList<StepView> steps) => new(
        steps.Count(x => x.Status is nameof(StepStatus.Succeeded) or nameof(StepStatus.Skipped)),
        steps.Count(x => x.Status is nameof(StepStatus.Compensated)),
        steps.Count);

    private static string? WaitsFor(IReadOnlyList<StepView> steps) =>
        steps.FirstOrDefault(x => x.WaitsFor is not null)?.WaitsFor;
}
