using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>A compensation as its author declared it; <see langword="null"/> is what was left out.</summary>
internal sealed record CompensationDeclaration
{
    public string? Queue { get; init; }

    public MessageFormat? Format { get; init; }

    public HttpParticipant? Http { get; init; }

    public TimeSpan? Timeout { get; init; }

    public IReadOnlyList<string>? Results { get; init; }

    public RetryDeclaration? Retry { get; init; }
}
