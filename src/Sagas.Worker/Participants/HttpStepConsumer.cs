using MassTransit;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Worker.Resilience;
using Sagas.Worker.Telemetry;
using Sagas.Worker.Transport;

namespace Sagas.Worker.Participants;

/// <summary>
/// The worker's own participant: takes the commands of the steps that are carried out over HTTP, and answers them as any
/// other participant does. It has no memory but the broker's: killed in the middle of a call, it gets the command again and
/// calls again under the same key.
/// </summary>
internal sealed class HttpStepConsumer(
    HttpStepCaller caller, HttpStepPolls polls, TimeProvider clock, ILogger<HttpStepConsumer> logger)
    : IConsumer<ExecuteStep>, IConsumer<CompensateStep>, IConsumer<PollHttpStep>
{
    public Task Consume(ConsumeContext<ExecuteStep> context) => CallAsync(context, StepDirection.Execute);

    public Task Consume(ConsumeContext<CompensateStep> context) => CallAsync(context, StepDirection.Compensate);

    public async Task Consume(ConsumeContext<PollHttpStep> context)
    {
        var poll = context.Message;
        if (IsOver(poll))
        {
            return;
        }

        var asked = await caller.AskAsync(poll, context.CancellationToken);
        if (asked is GuardedCall.Deferred deferred)
        {
            await polls.AskLaterAsync(poll, deferred.Wait, context.CancellationToken);
            return;
        }

        await AnswerAsync(context, poll.Direction, asked);
    }

    private async Task CallAsync<TCommand>(ConsumeContext<TCommand> context, StepDirection direction)
        where TCommand : class, IStepCommand
    {
        if (!IsOver(context.Message))
        {
            await AnswerAsync(
                context, direction, await caller.CallAsync(context.Message, direction, context.CancellationToken));
        }
    }

    private async Task AnswerAsync<TCommand>(
        ConsumeContext<TCommand> context, StepDirection direction, GuardedCall call)
        where TCommand : class, IStepCommand
    {
        // Cancelled when the bus stops: not acknowledged, the command comes again.
        context.CancellationToken.ThrowIfCancellationRequested();
        var command = context.Message;
        call = StepReplies.Settle(call, command, context.ReceiveContext.Redelivered);

        // A success tells of an effect, and counts whenever it comes.
        if (call is not GuardedCall.Answered { Answer: HttpStepAnswer.Succeeded } && IsOver(command))
        {
            return;
        }

        switch (call)
        {
            case GuardedCall.Deferred deferred:
                await SendAsync(context, StepReplies.Deferred(command, direction, deferred));
                break;
            case GuardedCall.Answered { Answer: HttpStepAnswer.Succeeded succeeded }:
                await SendAsync(context, StepReplies.Succeeded(command, direction, succeeded));
                break;
            case GuardedCall.Answered { Answer: HttpStepAnswer.Failed failed }:
                await SendAsync(context, StepReplies.Failed(command, direction, failed));
                break;
            case GuardedCall.Answered { Answer: HttpStepAnswer.Unknown unknown }:
                await SendAsync(context, StepReplies.Unknown(command, direction, unknown));
                break;
            case GuardedCall.Answered { Answer: HttpStepAnswer.Ongoing { Location: { } location, AskAfter: var wait } }:
                await polls.AskLaterAsync(
                    PollHttpStep.After(command, direction, location), wait, context.CancellationToken);
                break;
        }
    }

    private static async Task SendAsync<TReply>(ConsumeContext context, TReply reply)
        where TReply : class
    {
        var worker = await context.GetSendEndpoint(SagaAddresses.Worker);
        await worker.Send(reply, context.CancellationToken);
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
