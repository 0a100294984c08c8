using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.Resilience;

/// <summary>
/// Every destination's own pipeline: timeout, bulkhead, circuit breaker, in this order. Retries come from the engine,
/// which keeps them in the database.
/// </summary>
internal sealed class DestinationGuard(
    CircuitBreakers breakers,
    Bulkheads bulkheads,
    IOptions<ExternalCallOptions> calls,
    IOptions<BulkheadOptions> limits,
    ResilienceMetrics metrics,
    [SagaClock] TimeProvider clock) : IDestinationGuard
{
    private readonly ConcurrentDictionary<string, ResiliencePipeline<GuardedCall>> _pipelines =
        new(StringComparer.OrdinalIgnoreCase);

    public async Task<GuardedCall> RunAsync(
        string destination,
        string operation,
        long payloadBytes,
        Func<CancellationToken, Task<HttpStepAnswer>> call,
        CancellationToken stop)
    {
        var pipeline = _pipelines.GetOrAdd(destination, Build);
        var properties = new CallProperties(operation, payloadBytes);
        var context = ResilienceContextPool.Shared.Get(stop);
        context.Properties.Set(CallProperties.Key, properties);
        try
        {
            return await pipeline.ExecuteAsync(MakeAsync, context, call);
        }
        catch (TimeoutRejectedException) when (!properties.HasBegun)
        {
            return new GuardedCall.Deferred(
                limits.Value.RetryAfter,
                DeferralCodes.BulkheadFull,
                $"{ExternalCallOptions.Section}:Timeout passed while a call to {destination} waited in line.");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async ValueTask<GuardedCall> MakeAsync(
        ResilienceContext context, Func<CancellationToken, Task<HttpStepAnswer>> call)
    {
        context.Properties.GetValue(CallProperties.Key, null!).HasBegun = true;
        return new GuardedCall.Answered(await call(context.CancellationToken));
    }

    private ResiliencePipeline<GuardedCall> Build(string destination) =>
        new ResiliencePipelineBuilder<GuardedCall> { TimeProvider = clock }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = calls.Value.Timeout })
            .AddStrategy(
                _ => new BulkheadStrategy(destination, bulkheads, limits.Value, metrics),
            new StrategyOptions("Bulkhead"))
            .AddStrategy(
                _ => new CircuitBreakerStrategy(destination, breakers.Of(destination), metrics),
                new StrategyOptions("CircuitBreaker"))
            .Build();

    private sealed class StrategyOptions : ResilienceStrategyOptions
    {
        public StrategyOptions(string name) => Name = name;
    }
}
