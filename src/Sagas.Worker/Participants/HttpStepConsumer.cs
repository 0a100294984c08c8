using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Worker.Resilience;
using Sagas.Worker.Telemetry;
using Sagas.Worker.Transport;

namespace Sagas.Worker.Participants;

/// <summary>
/// The worker's own participant: takes the commands of the steps that are carried out over HTTP, and answers them as
/// any other participant does. It has no memory but the broker's: killed in the middle of a call, it gets the command
/// again and calls again under the same key.
/// </summary>
internal sealed class HttpStepConsumer(
    HttpStepCaller caller,
    HttpStepPolls polls,
    HttpStepHandover handover,
    SagaTracer tracer,
    TimeProvider clock,
    ILogger<HttpStepConsumer> logger)
    : IConsumer<ExecuteStep>, IConsumer<CompensateStep>, IConsumer<PollHttpStep>
{
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
        var poll = context.Message;
        if (IsOver(poll))
        {
            return;
        }

        var asked = await caller.AskAsync(poll, trace, context.CancellationToken);
        if (asked is GuardedCall.Deferred deferred)
        {
            await polls.AskLaterAsync(poll, deferred.Wait, trace, context.CancellationToken);
            return;
        }

        await AnswerAsync(context, poll.Direction, asked, trace);
    }

    private async Task CallAsync<TCommand>(
        ConsumeContext<TCommand> context, StepDirection direction, ActivityContext trace)
        where TCommand : class, IStepCommand
    {
        if (!IsOver(context.Message))
        {
            var call = await caller.CallAsync(context.Message, direction, trace, context.CancellationToken);
            await AnswerAsync(context, direction, call, trace);
        }
    }

    private async Task AnswerAsync<TCommand>(
        ConsumeContext<TCommand> context, StepDirection direction, GuardedCall call, ActivityContext trace)
        where TCommand : class, IStepCommand
    {
        // Cancelled when the bus stops: not acknowledged, the command comes again.
        context.CancellationToken.ThrowIfCancellationRequested();
        if (call is GuardedCall.ForAnother reason)
        {
            await handover.HandOverAsync(context, direction, reason, trace);
            return;
        }

        var command = context.Message;
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
