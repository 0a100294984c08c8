namespace Sagas.Dashboard.Queries;

/// <summary>Why a saga turned back or was suspended.</summary>
internal sealed record FailureView
{
    /// <summary>The step at which it happened.</summary>
    public required string Step { get; init; }

    /// <summary><c>Execute</c> or <c>Compensate</c>.</summary>
    public required string Direction { get; init; }

    /// <summary>A stable code for programs.</summary>
    public required string Code { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public required string Message { get; init; }

    /// <summary>Of a suspension on the way back: why the saga had turned back.</summary>
    public FailureView? Cause { get; init; }
}
