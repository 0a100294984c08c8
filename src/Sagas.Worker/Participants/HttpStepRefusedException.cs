namespace Sagas.Worker.Participants;

/// <summary>A step cannot be called as its definition says. The message never holds a value of the saga.</summary>
internal sealed class HttpStepRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
