namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>Why a step failed, and with it its saga.</summary>
internal sealed record RawFailure(string Code, string Message, string? Step, bool? Retryable);
