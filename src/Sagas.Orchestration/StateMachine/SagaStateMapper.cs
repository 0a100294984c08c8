using System.Text.Encodings.Web;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.StateMachine;

/// <summary>Between what the engine knows of a saga and the rows that keep it.</summary>
internal static class SagaStateMapper
{
    // People read these columns: letters of all languages stay as they are.
    private static readonly SagaStateJson Json = new(new JsonSerializerOptions(SagaStateJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>What the row says.</summary>
    public static SagaInstance Read(SagaState row)
    {
        var failure = row.Failure is null
            ? null
            : JsonSerializer.Deserialize(row.Failure, Json.FailureDocument);
        return new SagaInstance
        {
            SagaId = row.CorrelationId,
            Name = row.Name,
            Version = row.Version,
            State = Enum.Parse<SagaStatus>(row.State),
            CurrentStep = row.CurrentStep,
            Direction = row.Direction is null ? null : Enum.Parse<StepDirection>(row.Direction),
            Attempt = row.Attempt,
            DueAt = Utc(row.DueAt),
            Input = JsonElement.Parse(row.Input),
            Results = JsonElement.Parse(row.Results),
            Steps =
            [
                .. JsonSerializer.Deserialize(row.Steps, Json.ImmutableArrayStepDocument)
                .Select(step => ToStep(step, row)),
            ],
            Failure = ToFailure(failure),
            EndedAs = failure?.EndedAs,
            HistorySequence = row.HistorySequence,
            EventSequence = row.EventSequence,
            StartedAt = Utc(row.StartedAt),
            UpdatedAt = Utc(row.UpdatedAt),
            EndedAt = Utc(row.EndedAt),
        };
    }

    /// <summary>
    /// Writes everything but the row version, which is the repository's, and releases the claim of whoever took the
    /// saga because it was due.
    /// </summary>
    public static void Write(SagaInstance saga, SagaState row)
    {
        row.CorrelationId = saga.SagaId;
        row.Name = saga.Name;
        row.Version = saga.Version;
        row.State = saga.State.ToString();
        row.CurrentStep = saga.CurrentStep;
        row.Direction = saga.Direction?.ToString();
        row.Attempt = saga.Attempt;
        row.DueAt = saga.DueAt?.UtcDateTime;
        row.DueClaimedUntil = null;
        row.Input = saga.Input.GetRawText();
        row.Results = saga.Results.GetRawText();
        row.Steps = JsonSerializer.Serialize([.. saga.Steps.Select(ToDocument)], Json.ImmutableArrayStepDocument);
        row.Failure = saga.Failure is null
            ? null
            : JsonSerializer.Serialize(
                ToDocument(saga.Failure) with { EndedAs = saga.EndedAs },
                Json.FailureDocument);
        row.HistorySequence = saga.HistorySequence;
        row.EventSequence = saga.EventSequence;
        row.StartedAt = saga.StartedAt.UtcDateTime;
        row.UpdatedAt = saga.UpdatedAt.UtcDateTime;
        row.EndedAt = saga.EndedAt?.UtcDateTime;
    }

    /// <summary>The row of a history record.</summary>
    public static SagaHistoryEntry ToEntry(Guid sagaId, HistoryRecord record) => new()
    {
        SagaId = sagaId,
        Sequence = record.Sequence,
        Time = record.Time.UtcDateTime,
        Event = record.Event,
        Step = record.Step,
        Direction = record.Direction?.ToString(),
        Attempt = record.Attempt,
        Detail = record.Detail is null
            ? null
            : JsonSerializer.Serialize(record.Detail, Json.HistoryDetail),
    };

    private static StepInstance ToStep(StepDocument document, SagaState row) => new()
    {
        Name = document.Name,
        Group = document.Group,
        Status = document.Status,
        Order = document.Order,
        Execution = ToProgress(document.Execution, document.Round),
        Compensation = ToProgress(document.Compensation, document.CompensationRound),
        CompensationOwed = document.CompensationOwed,
        // Rows of workers that knew no groups say it of the saga alone.
        DueAt = document.DueAt ?? (document.Name == row.CurrentStep ? Utc(row.DueAt) : null),
        StartedAt = document.StartedAt,
        EndedAt = document.EndedAt,
        CompensatedAt = document.CompensatedAt,
        Error = document.Error,
    };

    private static StepDocument ToDocument(StepInstance step) => new()
    {
        Name = step.Name,
        Group = step.Group,
        Status = step.Status,
        Order = step.Order,
        Attempts = step.Execution.Count,
        Round = step.Execution.Round,
        CompensationAttempts = step.Compensation.Count,
        CompensationRound = step.Compensation.Round,
        CompensationOwed = step.CompensationOwed,
        StartedAt = step.StartedAt,
        EndedAt = step.EndedAt,
        CompensatedAt = step.CompensatedAt,
        DueAt = step.DueAt,
        Error = step.Error,
        WaitsFor = step.Execution.IsDeferred || step.Compensation.IsDeferred ? step.Error?.Code : null,
        Execution = ToDocument(step.Execution),
        Compensation = ToDocument(step.Compensation),
    };

    private static StepProgress ToProgress(ProgressDocument document, int round) => new()
    {
        Attempts = document.Attempts ?? [],
        Round = round,
        SetStart = document.SetStart,
        RunStart = document.RunStart,
        Waits = document.Waits,
    };

    private static ProgressDocument ToDocument(StepProgress progress) => new()
    {
        Attempts = progress.Attempts.IsEmpty ? null : progress.Attempts,
        SetStart = progress.SetStart,
        RunStart = progress.RunStart,
        Waits = progress.Waits,
    };

    private static SagaFailure? ToFailure(FailureDocument? document) => document is null
        ? null
        : new SagaFailure(document.Step, document.Direction, document.Code, document.Message)
        {
            Cause = ToFailure(document.Cause),
        };

    private static FailureDocument ToDocument(SagaFailure failure) =>
        new(failure.Step, failure.Direction, failure.Code, failure.Message)
        {
            Cause = failure.Cause is null ? null : ToDocument(failure.Cause),
        };

    // A database may give an instant back without saying that it is UTC.
    private static DateTimeOffset Utc(DateTime instant) => new(DateTime.SpecifyKind(instant, DateTimeKind.Utc));

    private static DateTimeOffset? Utc(DateTime? instant) => instant is { } some ? Utc(some) : null;
}
