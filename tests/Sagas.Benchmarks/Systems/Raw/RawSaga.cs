using System.Text.Json;
using Sagas.Benchmarks.Participants;
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
        var steps = Enumerable.Range(1, BenchmarkSagas.StepsOf(request.SagaName)).Select(x => new RawStep($"step-{x}"));
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
        saga.Publish("saga.started", new SagaStarted
        {
            SagaId = saga.Id,
            SagaName = saga.Name,
            SagaVersion = 1,
            Sequence = ++saga.EventSequence,
            OccurredAt = now,
        });
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
            Publish("saga.step_compensated", new SagaStepCompensated
            {
                SagaId = Id,
                SagaName = Name,
                SagaVersion = 1,
                Sequence = ++EventSequence,
                OccurredAt = now,
                Step = step.Name,
                Attempts = 1,
            });
            UndoStepBefore();
            return;
        }

        (step.Status, step.EndedAt, step.Execution) = ("Succeeded", now, RawProgress.Of("Succeeded"));
        Results[step.Name] = reply.Result;
        Record("StepSucceeded", step.Name);
        Publish("saga.step_completed", new SagaStepCompleted
        {
            SagaId = Id,
            SagaName = Name,
            SagaVersion = 1,
            Sequence = ++EventSequence,
            OccurredAt = now,
            Step = step.Name,
            Attempts = 1,
            Result = reply.Result,
        });
        if (Step < Steps.Length)
        {
            Step++;
            Execute();
            return;
        }

        End("Completed");
        Publish("saga.completed", new SagaCompleted
        {
            SagaId = Id,
            SagaName = Name,
            SagaVersion = 1,
            Sequence = ++EventSequence,
            OccurredAt = now,
            Results = ToJson(),
        });
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
        Publish("saga.step_failed", new SagaStepFailed
        {
            SagaId = Id,
            SagaName = Name,
            SagaVersion = 1,
            Sequence = ++EventSequence,
            OccurredAt = now,
            Step = step.Name,
            Attempts = 1,
            Code = reply.Code,
            Message = reply.Message,
        });
        Record("SagaCompensating", step.Name, step.Error);
        Publish("saga.compensating", new SagaCompensating
        {
            SagaId = Id,
            SagaName = Name,
            SagaVersion = 1,
            Sequence = ++EventSequence,
            OccurredAt = now,
            Code = reply.Code,
            Message = reply.Message,
        });
        Direction = StepDirection.Compensate;
        UndoStepBefore();
    }

    private void UndoStepBefore()
    {
        if (--Step > 0)
        {
            var step = Steps[Step - 1];
            (step.CompensationAttempts, step.Compensation) = (1, RawProgress.Of("InFlight"));
            Send(sent => new CompensateStep
            {
                SagaId = Id,
                SagaName = Name,
                SagaVersion = 1,
                Step = step.Name,
                Attempt = 1,
                IdempotencyKey = sent.IdempotencyKey,
                Input = Input,
                Results = ToJson(),
                Deadline = sent.Deadline,
            });
            return;
        }

        End("Compensated");
        Publish("saga.compensated", new SagaCompensated
        {
            SagaId = Id,
            SagaName = Name,
            SagaVersion = 1,
            Sequence = ++EventSequence,
            OccurredAt = UpdatedAt,
        });
    }

    private void Execute()
    {
        var step = Steps[Step - 1];
        (step.Status, step.Order, step.Attempts, step.StartedAt) = ("Running", Step, 1, UpdatedAt);
        step.Execution = RawProgress.Of("InFlight");
        Send(sent => new ExecuteStep
        {
            SagaId = Id,
            SagaName = Name,
            SagaVersion = 1,
            Step = step.Name,
            Attempt = 1,
            IdempotencyKey = sent.IdempotencyKey,
            Input = Input,
            Results = ToJson(),
            Deadline = sent.Deadline,
        });
    }

    private void End(string state)
    {
        (State, Step) = (state, 0);
        Record($"Saga{state}");
    }

    private void Send<T>(Func<RawSent, T> command)
    {
        var direction = Direction == StepDirection.Execute ? "execute" : "compensate";
        var sent = new RawSent(UpdatedAt.AddMinutes(1), $"{Id}/{StepName}/{direction}/1");
        Record("StepSent", StepName, sent);
        Messages.Add(RawMessage.Create(
            Id,
            ParticipantsProcess.Queues[(Step - 1) % ParticipantsProcess.Queues.Count],
            nameof(IStepCommand),
            command(sent),
            answerTo: RawBroker.OrchestratorQueue));
    }

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
