using Sagas.Worker.Participants;

namespace Sagas.Worker.Resilience;

/// <summary>Lets every call through at once.</summary>
internal sealed class Unguarded : IDestinationGuard
{
    public async Task<GuardedCall> RunAsync(
        string destination,
        string operation,
        long payloadBytes,
        Func<CancellationToken, Task<HttpStepAnswer>> call,
        CancellationToken stop) => new GuardedCall.Answered(await call(stop));
}
