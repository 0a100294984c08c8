using System.Text.Json.Serialization;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>How everything that the raw twin stores and sends is written and read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StartSaga))]
[JsonSerializable(typeof(ExecuteStep))]
[JsonSerializable(typeof(CompensateStep))]
[JsonSerializable(typeof(StepSucceeded))]
[JsonSerializable(typeof(StepFailed))]
[JsonSerializable(typeof(SagaStarted))]
[JsonSerializable(typeof(SagaStepCompleted))]
[JsonSerializable(typeof(SagaStepFailed))]
[JsonSerializable(typeof(SagaCompleted))]
[JsonSerializable(typeof(SagaCompensating))]
[JsonSerializable(typeof(SagaStepCompensated))]
[JsonSerializable(typeof(SagaCompensated))]
[JsonSerializable(typeof(RawStep[]))]
[JsonSerializable(typeof(RawFailure))]
[JsonSerializable(typeof(RawSent))]
[JsonSerializable(typeof(DateTime?))]
[JsonSerializable(typeof(Dictionary<string, System.Text.Json.JsonElement?>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class RawJson : JsonSerializerContext;
