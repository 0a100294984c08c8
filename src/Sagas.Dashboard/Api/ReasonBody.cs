namespace Sagas.Dashboard.Api;

/// <summary>Why an operator does something.</summary>
internal sealed record ReasonBody : IReasonBody
{
    /// <summary>Why: 1 to 2,000 characters.</summary>
    public required string Reason { get; init; }
}
