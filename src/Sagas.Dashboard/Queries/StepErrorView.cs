namespace Sagas.Dashboard.Queries;

/// <summary>The last error of a step.</summary>
/// <param name="Code">A stable code for programs.</param>
/// <param name="Message">What went wrong, for people.</param>
internal sealed record StepErrorView(string Code, string Message);
