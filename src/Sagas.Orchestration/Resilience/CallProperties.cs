using Polly;

namespace Sagas.Orchestration.Resilience;

/// <summary>What the strategies need to know of a call.</summary>
/// <param name="operation">What is called for.</param>
/// <param name="payloadBytes">How long the request's body is.</param>
internal sealed class CallProperties(string operation, long payloadBytes)
{
    public static readonly ResiliencePropertyKey<CallProperties> Key = new("sagas.call");

    public string Operation => operation;

    public long PayloadBytes => payloadBytes;

    /// <summary>Whether the call was made: from then on nobody may say that it had no effect.</summary>
    public bool HasBegun { get; set; }
}
