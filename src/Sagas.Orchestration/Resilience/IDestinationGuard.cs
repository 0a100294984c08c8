using Sagas.Orchestration.HttpSteps;

namespace Sagas.Orchestration.Resilience;

/// <summary>Lets calls through to a destination as far as it, and this process, can take them.</summary>
internal interface IDestinationGuard
{
    /// <summary>Makes the call in its turn, or says that it must wait and was not made.</summary>
    /// <param name="destination">Host and port, in one form for all calls to it: <c>payments.example:443</c>.</param>
    /// <param name="operation">
    /// What is called there, in as many values as definitions have steps: <c>order/charge-card</c>.
    /// </param>
    /// <param name="payloadBytes">How long the request's body is.</param>
    /// <param name="call">
    /// Makes the call, at most once. It keeps its own time limits and answers when one is exceeded, or its token is
    /// cancelled while it runs, with what is known then; it throws only for what is a mistake of this program. Its
    /// answer says with <see cref="HttpStepAnswer.DestinationFailed"/> whether it speaks against the destination.
    /// </param>
    /// <param name="stop">Ends the waiting, and the call.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before the call was made.</exception>
    Task<GuardedCall> RunAsync(
        string destination,
        string operation,
        long payloadBytes,
        Func<CancellationToken, Task<HttpStepAnswer>> call,
        CancellationToken stop);
}
