using System.Text.Json;
using Sagas.Benchmarks.Participants;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems;

/// <summary>A step that a saga of a twin is at, and the command for it, as the worker sends it.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="SagaName">The name of its definition.</param>
/// <param name="Number">The step, from 1.</param>
/// <param name="Direction">Whether it is executed or compensated.</param>
/// <param name="Deadline">Until when the saga waits.</param>
internal sealed record StepInHand(
    Guid SagaId, string SagaName, int Number, StepDirection Direction, DateTimeOffset Deadline)
{
    public string Name => BenchmarkSagas.StepName(Number);

    /// <summary>The participant's queue.</summary>
    public string Queue => ParticipantsProcess.Queues[(Number - 1) % ParticipantsProcess.Queues.Count];

    public string IdempotencyKey =>
        $"{SagaId}/{Name}/{(Direction == StepDirection.Execute ? "execute" : "compensate")}/1";

    public ExecuteStep Execute(JsonElement input, JsonElement results) => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Step = Name,
        Attempt = 1,
        IdempotencyKey = IdempotencyKey,
        Input = input,
        Results = results,
        Deadline = Deadline,
    };

    public CompensateStep Compensate(JsonElement input, JsonElement results) => new()
    {
        SagaId = SagaId,
        SagaName = SagaName,
        SagaVersion = 1,
        Step = Name,
        Attempt = 1,
        IdempotencyKey = IdempotencyKey,
        Input = input,
        Results = results,
        Deadline = Deadline,
    };
}
