using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// Leaves a command to the other workers of the queue that this one cannot carry out for a reason of its own: what it
/// may call, has configured or can read.
/// </summary>
/// <remarks>
/// The command goes back to the queue at once, under the name of each worker that has passed it on. When one gets it
/// for the second time, the step is deferred: the engine records why, and sends the command again after a wait that
/// doubles. A question, and a command that may have been called already, wait in the outbox instead: of these the
/// engine must not be told that nothing was called.
/// </remarks>
internal sealed class HttpStepHandover(
    HttpStepPolls polls, ResilienceMetrics metrics, [SagaClock] TimeProvider clock, ILogger<HttpStepHandover> logger)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // A reason that did not occur for so long is logged again.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    // The reasons name hosts, secrets and definitions, of which there are few.
    private const int MostReasons = 1_000;

    private readonly string _worker = Guid.NewGuid().ToString("N")[..12];
    private readonly ConcurrentDictionary<(string Code, string Message), long> _logged = new();

    public async Task HandOverAsync<TCommand>(
        ConsumeContext<TCommand> context,
        StepDirection direction,
        GuardedCall.ForAnother reason,
        ActivityContext trace)
        where TCommand : class, IStepCommand
    {
        Log(reason);
        metrics.HandedOver(reason.Code);
        var headers = HandoverHeaders.Of(context);
        headers = headers with { MayHaveActed = headers.MayHaveActed || reason.MayHaveActed };
        if (!headers.HasPassed(_worker))
        {
            var queue = await context.GetSendEndpoint(SagaAddresses.HttpSteps);
            await queue.Send(
                context.Message, x => headers.PassedBy(_worker).Put(x, trace), context.CancellationToken);
        }
        else if (context.Message is PollHttpStep || headers.MayHaveActed)
        {
            await polls.SendLaterAsync(
                context.Message,
                Doubled(headers.Waits),
                x => headers.AfterWait().Put(x, trace),
                context.CancellationToken);
        }
        else
        {
            var deferred = StepReplies.Deferred(context.Message, direction, reason, ShortestWait, LongestWait);
            var worker = await context.GetSendEndpoint(SagaAddresses.Worker);
            await worker.Send(deferred, x => TraceContexts.Put(x, trace), context.CancellationToken);
        }
    }

    private static TimeSpan Doubled(int waits)
    {
        var ticks = ShortestWait.Ticks * Math.Pow(2, waits);
        return ticks < LongestWait.Ticks ? TimeSpan.FromTicks((long)ticks) : LongestWait;
    }

    private void Log(GuardedCall.ForAnother reason)
    {
        var now = clock.GetTimestamp();
        var key = (reason.Code, reason.Message);
        var isNew = !_logged.TryGetValue(key, out var last) || clock.GetElapsedTime(last, now) >= Quiet;
        if (_logged.Count >= MostReasons)
        {
            _logged.Clear();
        }

        _logged[key] = now;
        if (isNew)
        {
            logger.HttpStepsForAnother(reason.Code, reason.Message.ReplaceLineEndings(" "));
        }
    }
}
