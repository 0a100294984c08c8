namespace Sagas.Engine.Definitions;

/// <summary>A retry policy as its author declared it; <see langword="null"/> is what was left out.</summary>
internal sealed record RetryDeclaration
{
    public int? Retries { get; init; }

    public TimeSpan? Interval { get; init; }

    public TimeSpan? MaxInterval { get; init; }

    public double? Jitter { get; init; }
}
