using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>Why an operator's command changed nothing.</summary>
/// <param name="Code">One of <see cref="RefusalCodes"/>.</param>
/// <param name="Message">What was wrong, with which value, and what to do.</param>
internal sealed record Refusal(string Code, string Message);
