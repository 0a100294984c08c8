using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>Why a saga turned back or was suspended.</summary>
/// <param name="Step">The step at which it happened.</param>
/// <param name="Direction">The direction of that step.</param>
/// <param name="Code">A stable code for programs, at most 100 characters.</param>
/// <param name="Message">What went wrong, for people, at most 2,000 characters.</param>
internal sealed record SagaFailure(string Step, StepDirection Direction, string Code, string Message)
{
    /// <summary>
    /// Of a suspension on the way back: why the saga had turned back. It is the failure again when the saga goes on.
    /// </summary>
    public SagaFailure? Cause { get; init; }
}
