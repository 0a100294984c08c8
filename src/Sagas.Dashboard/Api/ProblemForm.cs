namespace Sagas.Dashboard.Api;

/// <summary>The form in which a problem is told (RFC 9457).</summary>
internal sealed record ProblemForm
{
    /// <summary>The HTTP status in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What was wrong, with which value, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>A stable code for programs.</summary>
    public required string Code { get; init; }

    /// <summary>Where in the body it is wrong, as a JSON pointer.</summary>
    public string? Pointer { get; init; }

    /// <summary>Which header, or part of the path or the query, is wrong.</summary>
    public string? Parameter { get; init; }

    /// <summary>The saga that it is about.</summary>
    public Guid? SagaId { get; init; }
}
