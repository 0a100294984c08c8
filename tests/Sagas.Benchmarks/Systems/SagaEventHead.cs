using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems;

/// <summary>What every event of a saga's life has, and the events that the twins publish, as the worker does.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="SagaName">The name of its definition.</param>
/// <param name="Sequence">The event's number, from 1.</param>
/// <param name="At">When it happened.</param>
internal sealed record SagaEventHead(Guid SagaId, string SagaName, int Sequence, DateTimeOffset At)
{
    public SagaStarted Started() => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Sequence = Sequence,
        OccurredAt = At,
    };

    public SagaStepCompleted StepCompleted(StepSucceeded reply) => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Sequence = Sequence,
        OccurredAt = At,
        Step = reply.Step,
        Attempts = 1,
        Result = reply.Result,
    };

    public SagaStepFailed StepFailed(StepFailed reply) => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Sequence = Sequence,
        OccurredAt = At,
        Step = reply.Step,
        Attempts = 1,
        Code = reply.Code,
        Message = reply.Message,
    };

    public SagaCompleted Completed(JsonElement results) => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Sequence = Sequence,
        OccurredAt = At,
        Results = results,
    };

    public SagaCompensating Compensating(StepFailed reply) => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Sequence = Sequence,
        OccurredAt = At,
        Code = reply.Code,
        Message = reply.Message,
    };

    public SagaStepCompensated StepCompensated(StepSucceeded reply) => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Sequence = Sequence,
        OccurredAt = At,
        Step = reply.Step,
        Attempts = 1,
    };

    public SagaCompensated Compensated() => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Sequence = Sequence,
        OccurredAt = At,
    };
}
