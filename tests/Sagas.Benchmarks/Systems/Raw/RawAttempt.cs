namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>One of them.</summary>
internal sealed record RawAttempt(int Round, string Outcome);
