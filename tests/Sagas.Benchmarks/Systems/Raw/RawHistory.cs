namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>A row of a saga's history.</summary>
internal sealed record RawHistory(
    Guid SagaId, int Sequence, DateTime Time, string Event, string? Step, string? Direction, int? Attempt,
    string? Detail);
