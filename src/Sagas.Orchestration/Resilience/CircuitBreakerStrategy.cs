using Polly;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Orchestration.Resilience;

/// <summary>Lets a call pass a circuit breaker, or puts it off.</summary>
internal sealed class CircuitBreakerStrategy(string destination, CircuitBreaker breaker, ResilienceMetrics metrics)
    : ResilienceStrategy<GuardedCall>
{
    protected override async ValueTask<Outcome<GuardedCall>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<GuardedCall>>> callback,
        ResilienceContext context,
        TState state)
    {
        if (breaker.Enter(out var wait) is not { } pass)
        {
            metrics.CircuitRejected(destination);
            return Outcome.FromResult<GuardedCall>(new GuardedCall.Deferred(
                wait,
                DeferralCodes.CircuitOpen,
                $"The circuit breaker of {destination} is open: its last calls failed."));
        }

        var verdict = CallVerdict.None;
        try
        {
            var outcome = await callback(context, state);
            verdict = VerdictOf(outcome);
            return outcome;
        }
        finally
        {
            breaker.Leave(pass, verdict);
            metrics.CircuitPassed(destination, verdict);
        }
    }

    private static CallVerdict VerdictOf(Outcome<GuardedCall> outcome) => outcome switch
    {
        { Result: GuardedCall.Answered { Answer.DestinationFailed: false } } => CallVerdict.Success,
        { Exception: OperationCanceledException } => CallVerdict.None,
        _ => CallVerdict.Failure,
    };
}
