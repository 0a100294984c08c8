namespace Sagas.Dashboard.Api;

/// <summary>Why a request was not done, in the form of RFC 9457 with a stable code for programs.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">One of <see cref="ProblemCodes"/> or of the refusal codes.</param>
/// <param name="Detail">What was wrong, with which value, and what to do. Never a payload.</param>
internal sealed record Problem(int Status, string Code, string Detail)
{
    /// <summary>Where in the body it is wrong, as a JSON pointer.</summary>
    public string? Pointer { get; init; }

    /// <summary>Which header, or part of the path or the query, is wrong.</summary>
    public string? Parameter { get; init; }

    /// <summary>The saga that it is about, where it is there.</summary>
    public Guid? SagaId { get; init; }

    /// <summary>After how many seconds the request may be repeated.</summary>
    public int? RetryAfter { get; init; }
}
