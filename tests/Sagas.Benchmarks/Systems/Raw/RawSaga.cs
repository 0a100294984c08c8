using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>
/// A saga in memory, between the round trip that read it and the one that writes it. It does what the worker does when
/// nothing is retried and nothing times out.
/// </summary>
internal sealed class RawSaga
{
    private static readonly JsonElement NoResults = JsonElement.Parse("{}");

    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required JsonElement Input { get; init; }

    public required Dictionary<string, JsonElement?> Results { get; init; }

    public required RawStep[] Steps { get; init; }

    public required DateTime StartedAt { get; init; }

    public string State { get; set; } = "Running";

    /// <summary>The step in hand, from 1; 0 when the saga has ended.</summary>
    public int Step { get; set; }

    public StepDirection Direction { get; set; }

    public int HistorySequence { get; set; }

    public int EventSequence { get; set; }

    public int RowVersion { get; set; }

    public RawFailure? Failure { get; private set; }

    public DateTime UpdatedAt { get; private set; }

    public string ResultsJson =>
        JsonSerializer.Serialize(Results, RawJson.Default.DictionaryStringNullableJsonElement);

    public string? FailureJson =>
        Failure is null ? null : JsonSerializer.Serialize(Failure, RawJson.Default.RawFailure);

    public bool HasEnded => Step == 0;

    public List<RawMessage> Messages { get; } = [];

    public List<RawHistory> History { get; } = [];

    private string StepName => Steps[Step - 1].Name;

    public static RawSaga Start(StartSaga request, DateTime now)
    {
        var steps = Enumerable.Range(1, BenchmarkSagas.StepsOf(request.SagaName))
            .Select(number => new RawStep(BenchmarkSagas.StepName(number)));
        var saga = new RawSaga
        {
            Id = request.SagaId!.Value,
            Name = request.SagaName,
            Input = request.Input ?? NoResults,
            Results = [],
            Steps = [.. steps],
            StartedAt = now,
            UpdatedAt = now,
            Step = 1,
        };
        saga.Publish("saga.started", saga.NextEvent().Started());
        saga.Record("SagaStarted");
        saga.Execute();
        return saga;
    }

    /// <summary>Whether the reply is the one that the saga waits for; any other is a duplicate.</summary>
    public bool Awaits(IStepReply reply) => !HasEnded && reply.Step == StepName && reply.Direction == Direction;

    public void Succeeded(StepSucceeded reply, DateTime now)
    {
        UpdatedAt = now;
        var step = Steps[Step - 1];
        if (Direction == StepDirection.Compensate)
        {
            (step.Status, step.CompensatedAt, step.Compensation) = ("Compensated", now, RawProgress.Of("Succeeded"));
            Record("StepCompensated", step.Name);
            Publish("saga.step_compensated", NextEvent().StepCompensated(reply));
            UndoStepBefore();
            return;
        }

        (step.Status, step.EndedAt, step.Execution) = ("Succeeded", now, RawProgress.Of("Succeeded"));
        Results[step.Name] = reply.Result;
        Record("StepSucceeded", step.Name);
        Publish("saga.step_completed", NextEvent().StepCompleted(reply));
        if (Step < Steps.Length)
        {
            Step++;
            Execute();
            return;
        }

        End("Completed");
        Publish("saga.completed", NextEvent().Completed(ToJson()));
    }

    public void Failed(StepFailed reply, DateTime now)
    {
        UpdatedAt = now;
        State = "Compensating";
        Failure = new RawFailure(reply.Code, reply.Message, StepName, null);
        var step = Steps[Step - 1];
        (step.Status, step.EndedAt, step.Execution) = ("Failed", now, RawProgress.Of("Failed"));
        step.Error = new RawFailure(reply.Code, reply.Message, null, null);
        Record("StepFailed", step.Name, new RawFailure(reply.Code, reply.Message, null, reply.Retryable));
        Publish("saga.step_failed", NextEvent().StepFailed(reply));
        Record("SagaCompensating", step.Name, step.Error);
        Publish("saga.compensating", NextEvent().Compensating(reply));
        Direction = StepDirection.Compensate;
        UndoStepBefore();
    }

    private void UndoStepBefore()
    {
        if (--Step > 0)
        {
            var step = Steps[Step - 1];
            (step.CompensationAttempts, step.Compensation) = (1, RawProgress.Of("InFlight"));
            Send(inHand => inHand.Compensate(Input, ToJson()));
            return;
        }

        End("Compensated");
        Publish("saga.compensated", NextEvent().Compensated());
    }

    private void Execute()
    {
        var step = Steps[Step - 1];
        (step.Status, step.Order, step.Attempts, step.StartedAt) = ("Running", Step, 1, UpdatedAt);
        step.Execution = RawProgress.Of("InFlight");
        Send(inHand => inHand.Execute(Input, ToJson()));
    }

    private void End(string state)
    {
        (State, Step) = (state, 0);
        Record($"Saga{state}");
    }

    private void Send<T>(Func<StepInHand, T> command)
        where T : IStepCommand
    {
        var step = new StepInHand(Id, Name, Step, Direction, UpdatedAt.AddMinutes(1));
        Record("StepSent", step.Name, new RawSent(step.Deadline, step.IdempotencyKey));
        Messages.Add(RawMessage.Create(
            Id, step.Queue, nameof(IStepCommand), command(step), answerTo: RawBroker.OrchestratorQueue));
    }

    private SagaEventHead NextEvent() => new(Id, Name, ++EventSequence, UpdatedAt);

    private void Publish<T>(string exchange, T message)
        where T : ISagaEvent =>
        Messages.Add(RawMessage.Create(Id, exchange, nameof(ISagaEvent), message, expires: UpdatedAt.AddDays(1)));

    private void Record(string name, string? step = null, object? detail = null) => History.Add(new RawHistory(
        Id,
        ++HistorySequence,
        UpdatedAt,
        name,
        step,
        step is null ? null : Direction.ToString(),
        step is null ? null : 1,
        detail is null ? null : JsonSerializer.Serialize(detail, detail.GetType(), RawJson.Default)));

    private JsonElement ToJson() =>
        JsonSerializer.SerializeToElement(Results, RawJson.Default.DictionaryStringNullableJsonElement);
}
