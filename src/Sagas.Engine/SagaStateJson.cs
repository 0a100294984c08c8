using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>An element of the column <c>steps</c>. People query it: properties are added, never renamed.</summary>
internal sealed record StepDocument
{
    public required string Name { get; init; }

    public int? Group { get; init; }

    public required StepStatus Status { get; init; }

    public int? Order { get; init; }

    public int Attempts { get; init; }

    public int Round { get; init; }

    public int CompensationAttempts { get; init; }

    public int CompensationRound { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? CompensatedAt { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public StepError? Error { get; init; }

    /// <summary>The code of what the step waits for that could not be begun; its error has the message.</summary>
    public string? WaitsFor { get; init; }

    public bool CompensationOwed { get; init; }

    public required ProgressDocument Execution { get; init; }

    public required ProgressDocument Compensation { get; init; }
}

/// <summary>What the engine keeps of a direction beside the numbers that stand with the step.</summary>
internal sealed record ProgressDocument
{
    /// <summary>Not there while there is none.</summary>
    public ImmutableArray<StepAttempt>? Attempts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SetStart { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int RunStart { get; init; }

    /// <summary>How often the last attempt was put off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Waits { get; init; }
}

/// <summary>The column <c>failure</c>.</summary>
internal sealed record FailureDocument(string Step, StepDirection Direction, string Code, string Message)
{
    public FailureDocument? Cause { get; init; }

    public SagaStatus? EndedAs { get; init; }
}

/// <summary>
/// The JSON of the columns <c>steps</c>, <c>failure</c> and <c>detail</c>. What is null is left out, which is null as well
/// to who asks for it: each delivery has the database read and write all of <c>steps</c>.
/// </summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImmutableArray<StepDocument>))]
[JsonSerializable(typeof(FailureDocument))]
[JsonSerializable(typeof(HistoryDetail))]
internal sealed partial class SagaStateJson : JsonSerializerContext;
