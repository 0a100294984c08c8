namespace Sagas.Dashboard.Api;

/// <summary>A body that says why an operator does something.</summary>
internal interface IReasonBody
{
    /// <summary>Why: 1 to 2,000 characters.</summary>
    string Reason { get; }
}
