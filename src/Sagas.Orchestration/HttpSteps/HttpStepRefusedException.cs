namespace Sagas.Orchestration.HttpSteps;

/// <summary>A step cannot be called as its definition says. The message never holds a value of the saga.</summary>
/// <param name="code">Why, for programs.</param>
/// <param name="message">Why, for people.</param>
/// <param name="anotherMay">
/// Whether another worker may call it: what is lacking is this worker's configuration. Otherwise no worker ever could.
/// </param>
internal sealed class HttpStepRefusedException(string code, string message, bool anotherMay = false)
    : Exception(message)
{
    public string Code { get; } = code;

    public bool AnotherMay { get; } = anotherMay;
}
