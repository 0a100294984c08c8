namespace Sagas.Engine;

/// <summary>An error of a step.</summary>
/// <param name="Code">A stable code for programs, at most 100 characters.</param>
/// <param name="Message">What went wrong, for people, at most 2,000 characters.</param>
internal sealed record StepError(string Code, string Message);
