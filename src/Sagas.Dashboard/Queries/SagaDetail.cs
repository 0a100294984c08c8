using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sagas.Dashboard.Queries;

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

    /// <summary>The input that it was started with; absent for who may not see it.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>The results of the steps that succeeded, by their names; absent for who may not see them.</summary>
    public JsonElement? Results { get; init; }

    /// <summary>Whether input and results are kept back, since who asks has not the right to see them.</summary>
    public bool PayloadsHidden { get; init; }

    /// <summary>The steps in the definition's order.</summary>
    public required IReadOnlyList<StepView> Steps { get; init; }

    /// <summary>The same for who may not see what it carries.</summary>
    public SagaDetail WithoutPayloads() => this with { Input = null, Results = null, PayloadsHidden = true };
}
