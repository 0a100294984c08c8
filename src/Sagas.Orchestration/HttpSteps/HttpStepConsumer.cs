using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// The worker's own participant: takes the commands of the steps that are carried out over HTTP, and answers them as
/// any other participant does. It has no memory but the broker's: killed in the middle of a call, it gets the command
/// again and calls again under the same key.
/// </summary>
internal sealed class HttpStepConsumer(
    HttpStepCaller caller,
    StepsInFlight inFlight,
    HttpStepPolls polls,
    HttpStepHandover handover,
    ResilienceMetrics metrics,
    RefusalLog refusals,
    SagaTracer tracer,
    [SagaClock] TimeProvider clock,
    ILogger<HttpStepConsumer> logger)
    : IConsumer<ExecuteStep>, IConsumer<CompensateStep>, IConsumer<PollHttpStep>
{
    private const string NotInFlight = "NOT_IN_FLIGHT";

    public Task Consume(ConsumeContext<ExecuteStep> context) =>
        InTraceAsync(context, trace => CallAsync(context, StepDirection.Execute, trace));

    public Task Consume(ConsumeContext<CompensateStep> context) =>
        InTraceAsync(context, trace => CallAsync(context, StepDirection.Compensate, trace));

    public Task Consume(ConsumeContext<PollHttpStep> context) =>
        InTraceAsync(context, trace => AskAsync(context, trace));

    private async Task InTraceAsync<TCommand>(ConsumeContext<TCommand> context, Func<ActivityContext, Task> work)
        where TCommand : class, IStepCommand
    {
        var sagaId = context.Message.SagaId;
        var parent = TraceContexts.OfTracedOrNot(context, sagaId);
        using var scope = logger.SagaScope(sagaId);
        using var span = tracer.StartProcess(
            context, SagaAddresses.HttpQueue, typeof(TCommand).Name, sagaId, parent, parent);
        try
        {
            await work(span?.Context ?? parent);
        }
        catch (Exception exception)
        {
            span?.Fail(exception.GetType().FullName);
            throw;
        }
    }

    private async Task AskAsync(ConsumeContext<PollHttpStep> context, ActivityContext trace)
    {
        if (await FindAsync(context, context.Message.Direction, trace) is not PollHttpStep poll)
        {
            return;
        }

        var asked = await caller.AskAsync(poll, trace, context.CancellationToken);
        if (asked is GuardedCall.Deferred deferred)
        {
            await polls.AskLaterAsync(poll, deferred.Wait, trace, context.CancellationToken);
            return;
        }

        await AnswerAsync(context, poll, poll.Direction, asked, trace);
    }

    private async Task CallAsync<TCommand>(
        ConsumeContext<TCommand> context, StepDirection direction, ActivityContext trace)
        where TCommand : class, IStepCommand
    {
        if (await FindAsync(context, direction, trace) is { } command)
        {
            var call = await caller.CallAsync(command, direction, trace, context.CancellationToken);
            await AnswerAsync(context, command, direction, call, trace);
        }
    }

    /// <summary>The command as the database knows it, or <see langword="null"/> if nothing is to be called.</summary>
    private async Task<IStepCommand?> FindAsync<TCommand>(
        ConsumeContext<TCommand> context, StepDirection direction, ActivityContext trace)
        where TCommand : class, IStepCommand
    {
        var message = context.Message;
        if (IsOver(message))
        {
            return null;
        }

        try
        {
            switch (await inFlight.FindAsync(message, direction, context.CancellationToken))
            {
                case StepInFlight.Found { Command: var command }:
                    return IsOver(command) ? null : command;
                case StepInFlight.NoSaga:
                    refusals.Write(
                        typeof(TCommand).Name,
                        RefusalCodes.SagaNotFound,
                        $"No saga has the id {message.SagaId}. Nothing was called.");
                    metrics.CommandIgnored(RefusalCodes.SagaNotFound);
                    return null;
                default:
                    metrics.CommandIgnored(NotInFlight);
                    logger.HttpStepNotInFlight(message.Attempt, message.SagaId);
                    return null;
            }
        }
        catch (Exception exception) when (exception is JsonException or SagaDefinitionException)
        {
            var reason = exception is JsonException
                ? new GuardedCall.ForAnother(
                    DeferralCodes.SagaNotReadable, $"The row of a saga cannot be read: {exception.Message}")
                : new GuardedCall.ForAnother(DeferralCodes.DefinitionNotUsable, exception.Message);
            await handover.HandOverAsync(context, direction, reason, trace);
            return null;
        }
    }

    private async Task AnswerAsync<TCommand>(
        ConsumeContext<TCommand> context,
        IStepCommand command,
        StepDirection direction,
        GuardedCall call,
        ActivityContext trace)
        where TCommand : class, IStepCommand
    {
        // Cancelled when the bus stops: not acknowledged, the command comes again.
        context.CancellationToken.ThrowIfCancellationRequested();
        if (call is GuardedCall.ForAnother reason)
        {
            await handover.HandOverAsync(context, direction, reason, trace);
            return;
        }

        call = StepReplies.Settle(call, command, HandoverHeaders.Of(context).MayHaveActed);

        // A success tells of an effect, and counts whenever it comes.
        if (call is not GuardedCall.Answered { Answer: HttpStepAnswer.Succeeded } && IsOver(command))
        {
            return;
        }

        switch (call)
        {
            case GuardedCall.Deferred deferred:
                await SendAsync(context, StepReplies.Deferred(command, direction, deferred), trace);
                break;
            case GuardedCall.Answered { Answer: HttpStepAnswer.Succeeded succeeded }:
                await SendAsync(context, StepReplies.Succeeded(command, direction, succeeded), trace);
                break;
            case GuardedCall.Answered { Answer: HttpStepAnswer.Failed failed }:
                await SendAsync(context, StepReplies.Failed(command, direction, failed), trace);
                break;
            case GuardedCall.Answered { Answer: HttpStepAnswer.Unknown unknown }:
                await SendAsync(context, StepReplies.Unknown(command, direction, unknown), trace);
                break;
            case GuardedCall.Answered { Answer: HttpStepAnswer.Ongoing { Location: { } location, AskAfter: var wait } }:
                await polls.AskLaterAsync(
                    PollHttpStep.After(command, direction, location), wait, trace, context.CancellationToken);
                break;
        }
    }

    private static async Task SendAsync<TReply>(ConsumeContext context, TReply reply, ActivityContext trace)
        where TReply : class
    {
        var worker = await context.GetSendEndpoint(SagaAddresses.Worker);
        await worker.Send(reply, x => TraceContexts.Put(x, trace), context.CancellationToken);
    }

    /// <summary>
    /// Whether nobody waits for the answer any more. A call that is made then could come after the step's compensation.
    /// </summary>
    private bool IsOver(IStepCommand command)
    {
        var isOver = clock.GetUtcNow() >= command.Deadline;
        if (isOver)
        {
            logger.HttpStepIsOver(command.Step, command.Attempt, command.SagaId);
        }

        return isOver;
    }
}
