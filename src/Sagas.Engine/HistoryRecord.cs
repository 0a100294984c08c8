using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>Something that happened to a saga.</summary>
/// <param name="Sequence">Its number within the saga, from 1, without gaps.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Event">What happened: one of <see cref="HistoryEvents"/>.</param>
/// <param name="Step">The step that it is about, if any.</param>
/// <param name="Direction">The direction that it is about, if any.</param>
/// <param name="Attempt">The attempt that it is about, if any.</param>
/// <param name="Detail">What else there is to know, if anything.</param>
internal sealed record HistoryRecord(
    int Sequence,
    DateTimeOffset Time,
    string Event,
    string? Step,
    StepDirection? Direction,
    int? Attempt,
    HistoryDetail? Detail);
