namespace Sagas.Worker.Definitions;

/// <summary>A step as its author declared it; <see langword="null"/> is what was left out.</summary>
internal sealed record StepDeclaration
{
    public string? Name { get; init; }

    public string? Queue { get; init; }

    public MessageFormat? Format { get; init; }

    public HttpParticipant? Http { get; init; }

    public TimeSpan? Timeout { get; init; }

    public bool Critical { get; init; }

    public bool Pivot { get; init; }

    public RetryDeclaration? Retry { get; init; }

    public CompensationDeclaration? Compensation { get; init; }
}
