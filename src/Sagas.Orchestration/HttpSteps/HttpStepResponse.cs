namespace Sagas.Orchestration.HttpSteps;

/// <summary>A response, read to its end.</summary>
internal sealed record HttpStepResponse
{
    public required int Status { get; init; }

    /// <summary>The body, or <see langword="null"/> when it was not wanted.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Whether the body is JSON, by its content type; one without a type may be.</summary>
    public bool IsJson { get; init; }

    /// <summary>The charset of the content type.</summary>
    public string? Charset { get; init; }

    /// <summary>The header <c>Location</c>, absolute.</summary>
    public Uri? Location { get; init; }

    /// <summary>How long the service wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether it asks for a pause, in a way that says no time.</summary>
    public bool HasUnreadableRetryAfter { get; init; }
}
