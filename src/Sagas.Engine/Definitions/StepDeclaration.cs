using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>A step as its author declared it; <see langword="null"/> is what was left out.</summary>
internal sealed record StepDeclaration
{
    /// <summary>Where it stands in its document: <c>steps[2]</c>, or <c>steps[2].parallel[0]</c> in a group.</summary>
    public string Path { get; init; } = "";

    /// <summary>The parallel group that it belongs to, from 1.</summary>
    public int? Group { get; init; }

    public string? Name { get; init; }

    public string? Queue { get; init; }

    public MessageFormat? Format { get; init; }

    public HttpParticipant? Http { get; init; }

    public TimeSpan? Timeout { get; init; }

    public IReadOnlyList<string>? Results { get; init; }

    public bool Critical { get; init; }

    public bool Pivot { get; init; }

    public RetryDeclaration? Retry { get; init; }

    public CompensationDeclaration? Compensation { get; init; }
}
