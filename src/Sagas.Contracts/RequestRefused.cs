using MassTransit;

namespace Sagas.Contracts;

/// <summary>A request to the worker changed nothing; why, and what to do about it.</summary>
[EntityName("saga.request_refused")]
public sealed record RequestRefused
{
    /// <summary>A stable code for programs: one of <see cref="RefusalCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What was wrong, with which value, and what to do. Never contains a payload.</summary>
    public required string Message { get; init; }

    /// <summary>The saga that the request was about, where it named one that exists.</summary>
    public Guid? SagaId { get; init; }
}
