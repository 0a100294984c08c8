namespace Sagas.Dashboard.Viewing;

/// <summary>Something that an operator can do to a saga.</summary>
/// <param name="Verb">The command: retry, skip, cancel or abort.</param>
/// <param name="Step">The step that is to be named with it, if any.</param>
/// <param name="Outcome">What comes of it.</param>
/// <param name="Command">How it is typed.</param>
internal sealed record OperatorChoice(string Verb, string? Step, string Outcome, string Command);
