using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sagas.Worker.Operations.Queries;

/// <summary>A saga with all that is known of it, but for its history.</summary>
internal sealed record SagaDetail : SagaSummary
{
    [JsonConstructor]
    public SagaDetail()
    {
    }

    [SetsRequiredMembers]
    public SagaDetail(SagaSummary summary, JsonElement input, JsonElement results, IReadOnlyList<StepView> steps)
        : base(summary)
    {
        (Input, Results, Steps) = (input, results, steps);
    }

    /// <summary>The input that it was started with.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>The results of the steps that succeeded, by their names.</summary>
    public required JsonElement Results { get; init; }

    /// <summary>The steps in the definition's order.</summary>
    public required IReadOnlyList<StepView> Steps { get; init; }
}
