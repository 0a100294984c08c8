using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;

namespace Sagas.Persistence;

/// <summary>
/// Receives the commands of every step that participants on one database serve: the barrier row, the business change
/// and the answer are one transaction.
/// </summary>
internal sealed class StepCommandConsumer<TDbContext>(
    IServiceProvider participants,
    StepParticipantSettings<TDbContext> settings,
    StepBarriers barriers,
    TimeProvider clock,
    ILogger<StepCommandConsumer<TDbContext>> logger) : IConsumer<ExecuteStep>, IConsumer<CompensateStep>
    where TDbContext : DbContext
{
    private static readonly Uri DefaultReplyAddress = new("exchange:sagas");

    public Task Consume(ConsumeContext<ExecuteStep> context)
    {
        return ConsumeAsync(context, StepDirection.Execute);
    }

    public Task Consume(ConsumeContext<CompensateStep> context)
    {
        return ConsumeAsync(context, StepDirection.Compensate);
    }

    private async Task ConsumeAsync<T>(ConsumeContext<T> context, StepDirection direction)
        where T : class, IStepCommand
    {
        var delivery = new StepDelivery(context.Message, direction, context.MessageId);
        var command = delivery.Command;
        var key = new StepParticipantKey(typeof(TDbContext), command.Step);
        if (participants.GetKeyedService<IStepParticipant>(key) is not { } participant)
        {
            var queue = context.ReceiveContext.InputAddress.AbsolutePath.TrimStart('/');
            logger.UnknownStep(command.Step, command.SagaId, queue);
            await AnswerAsync(context, Failure(delivery, StepFailureCodes.UnknownStep,
                $"The queue '{queue}' has no participant for the step '{command.Step}'."));
            return;
        }

        var transaction = (DeliveryTransaction)context.GetPayload<IDeliveryTransaction>();
        var state = await barriers.EnterAsync(transaction, delivery, context.CancellationToken);
        switch (state.Decide(direction, command.IdempotencyKey))
        {
            case BarrierAction.CarryOut:
                await CarryOutAsync(context, delivery, participant, transaction, state);
                break;

            case BarrierAction.Repeat:
                var row = state.Of(direction)!;
                logger.Repeated(direction, command.Step, command.SagaId, command.Attempt);
                await AnswerAsync(context, RecordedReply.Read(row).ToReply(row.ReplyType, command, direction));
                break;

            case BarrierAction.RefuseExecution:
                logger.NothingToUndo(command.Step, command.SagaId);
                await RefuseExecutionAsync(context, delivery, transaction, state);
                break;

            case BarrierAction.Ignore:
            default:
                break;
        }
    }

    private async Task CarryOutAsync(
        ConsumeContext context,
        StepDelivery delivery,
        IStepParticipant participant,
        DeliveryTransaction transaction,
        BarrierState state)
    {
        var (command, direction, _) = delivery;
        var executed = direction == StepDirection.Compensate ? RecordedReply.Read(state.Execute!).Result : null;
        var call = new StepCall(participant, settings.DeadlineMargin, clock, logger);
        var mark = transaction.Writes.Mark();
        // The savepoint is there already, and one is enough.
        transaction.DbContext.Database.AutoSavepointsEnabled = false;
        var outcome = await call.RunAsync(
            new StepContext(command, direction, executed), transaction.DbContext, context.CancellationToken);
        if (outcome.Kind != StepOutcomeKind.Succeeded)
        {
            transaction.DbContext.ChangeTracker.Clear();
            transaction.Writes.ReturnTo(mark);
            await StepBarriers.RollBackAsync(transaction, context.CancellationToken);
        }

        switch (outcome.Kind)
        {
            case StepOutcomeKind.Succeeded:
                await RecordAsync(context, delivery, transaction, BarrierReplyTypes.Succeeded, outcome, state);
                break;

            // What is wrong with a compensation can be put right, and then an operator has it tried again: only an
            // execution is refused for good.
            case StepOutcomeKind.Failed when direction == StepDirection.Execute:
                await RecordAsync(context, delivery, transaction, BarrierReplyTypes.Failed, outcome, state);
                break;

            case StepOutcomeKind.Failed or StepOutcomeKind.Retry:
                barriers.RecordAnswered(transaction, delivery);
                await AnswerAsync(context, Failure(delivery, outcome.Code, outcome.Message) with
                {
                    Retryable = outcome.Kind == StepOutcomeKind.Retry,
                });
                break;

            case StepOutcomeKind.Unknown:
            default:
                logger.Unknown(direction, command.Step, command.SagaId, command.Attempt, outcome.Message);
                return;
        }

        logger.Answered(direction, command.Step, command.SagaId, command.Attempt, outcome.Kind.ToString());
    }

    private async Task RecordAsync(
        ConsumeContext context,
        StepDelivery delivery,
        DeliveryTransaction transaction,
        string replyType,
        StepOutcome outcome,
        BarrierState state)
    {
        var (command, direction, _) = delivery;
        var succeeded = outcome.Kind == StepOutcomeKind.Succeeded;
        var reply = new RecordedReply
        {
            IdempotencyKey = command.IdempotencyKey,
            Result = direction == StepDirection.Execute ? outcome.Result : null,
            Code = succeeded ? null : outcome.Code,
            Message = succeeded ? null : outcome.Message,
        };
        await barriers.RecordAsync(
            transaction, command, direction, replyType, reply, state.Of(direction), context.CancellationToken);
        await AnswerAsync(context, reply.ToReply(replyType, command, direction));
    }

    private async Task RefuseExecutionAsync(
        ConsumeContext context,
        StepDelivery delivery,
        DeliveryTransaction transaction,
        BarrierState state)
    {
        var command = delivery.Command;
        if (state.Execute?.ReplyType != BarrierReplyTypes.Refused)
        {
            var refusal = new RecordedReply
            {
                IdempotencyKey = command.IdempotencyKey,
                Code = StepFailureCodes.AlreadyCompensated,
                Message = $"The step '{command.Step}' was compensated before this command to execute it arrived.",
            };
            await barriers.RecordAsync(
                transaction,
                command,
                StepDirection.Execute,
                BarrierReplyTypes.Refused,
                refusal,
                state.Execute,
                context.CancellationToken);
        }

        await RecordAsync(
            context, delivery, transaction, BarrierReplyTypes.Succeeded, StepOutcome.Succeeded(), state);
    }

    private static StepFailed Failure(StepDelivery delivery, string code, string message)
    {
        return new StepFailed
        {
            SagaId = delivery.Command.SagaId,
            Step = delivery.Command.Step,
            Direction = delivery.Direction,
            Attempt = delivery.Command.Attempt,
            Code = code,
            Message = message,
        };
    }

    private static async Task AnswerAsync(ConsumeContext context, IStepReply reply)
    {
        if (context.ResponseAddress is not null)
        {
            await context.RespondAsync(reply, reply.GetType());
            return;
        }

        var endpoint = await context.GetSendEndpoint(DefaultReplyAddress);
        await endpoint.Send(reply, reply.GetType());
    }
}
