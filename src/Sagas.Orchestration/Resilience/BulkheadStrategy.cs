using Polly;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Orchestration.Resilience;

/// <summary>Lets a call begin when there is room for it, or puts it off.</summary>
internal sealed class BulkheadStrategy(
    string destination, Bulkheads bulkheads, BulkheadOptions options, ResilienceMetrics metrics)
    : ResilienceStrategy<GuardedCall>
{
    protected override async ValueTask<Outcome<GuardedCall>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<GuardedCall>>> callback,
        ResilienceContext context,
        TState state)
    {
        var call = context.Properties.GetValue(CallProperties.Key, null!);
        if (bulkheads.IsTooLarge(call.PayloadBytes))
        {
            return Outcome.FromResult<GuardedCall>(new GuardedCall.Answered(TooLarge(call)));
        }

        Room room;
        try
        {
            room = await bulkheads.EnterAsync(
                destination, call.Operation, call.PayloadBytes, context.CancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            return Outcome.FromException<GuardedCall>(exception);
        }

        using (room)
        {
            if (room.Lacks is not { } code)
            {
                return await callback(context, state);
            }

            metrics.BulkheadRejected(destination, code);
            return Outcome.FromResult<GuardedCall>(new GuardedCall.Deferred(
                options.RetryAfter, code, bulkheads.Explain(code, destination, call.Operation)));
        }
    }

    private HttpStepAnswer.Failed TooLarge(CallProperties call) => new(
        "PAYLOAD_TOO_LARGE",
        $"The request to {destination} has {call.PayloadBytes} bytes. {BulkheadOptions.Section}:OperationPayloadBytes "
        + $"allows {options.OperationPayloadBytes}.",
        Retryable: false);
}
