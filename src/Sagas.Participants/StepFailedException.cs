namespace Sagas.Participants;

/// <summary>
/// Thrown inside of a participant to end the command as <see cref="StepOutcome.Failed"/>, from however deep.
/// </summary>
/// <param name="code">A short stable code for programs, for instance <c>CARD_DECLINED</c>: 1 to 100 characters.</param>
/// <param name="message">What went wrong, for people. No secrets, no payloads: it is sent to the worker.</param>
/// <param name="innerException">What it comes from. It is logged here and not sent.</param>
public sealed class StepFailedException(string code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The code.</summary>
    public string Code { get; } = code;
}
