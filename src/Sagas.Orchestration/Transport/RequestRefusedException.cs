using Sagas.Contracts;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// The refusal of a delivery's message, a payload of it. Thrown, it moves a message whose sender gave no address for
/// the answer to the error queue, with the reason.
/// </summary>
internal sealed class RequestRefusedException(RequestRefused refusal) : Exception($"{refusal.Code}: {refusal.Message}")
{
    /// <summary>The refusal's code.</summary>
    public string Code => refusal.Code;
}
