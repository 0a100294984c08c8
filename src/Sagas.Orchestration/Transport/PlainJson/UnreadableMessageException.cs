using System.Runtime.Serialization;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>
/// A body that is not a message which the worker takes. The text says why, and never repeats the body.
/// </summary>
internal sealed class UnreadableMessageException(string code, string message, Exception? inner = null)
    : SerializationException(message, inner)
{
    /// <summary>One of the refusal codes.</summary>
    public string Code { get; } = code;
}
