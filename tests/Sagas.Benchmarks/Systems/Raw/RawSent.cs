namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>What the history says of a command.</summary>
internal sealed record RawSent(DateTimeOffset Deadline, string IdempotencyKey);
