using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Delivery.Sharing;

namespace Sagas.Participants;

/// <summary>
/// Receives the commands of every step that participants on one database serve: the barrier row, the business change
/// and the answer are one transaction.
/// </summary>
internal sealed class StepCommandConsumer<TDbContext>(
    IServiceProvider participants,
    StepParticipantSettings<TDbContext> settings,
    StepBarriers barriers,
    StepSharing<TDbContext> sharing,
    [SagaClock] TimeProvider clock,
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
        var delivery = new StepDelivery(context.Message, direction);
        var command = delivery.Command;
        var transaction = (DeliveryTransaction)context.GetPayload<IDeliveryTransaction>();
        var participant = participants.GetKeyedService<IStepParticipant>(
            new StepParticipantKey(typeof(TDbContext), command.Step));
        var state = await barriers.EnterAsync(transaction, delivery, context.CancellationToken);
        switch (state.Decide(delivery, participant is { HasOutsideEffects: true }))
        {
            case BarrierAction.CarryOut:
                await CarryOutAsync(context, delivery, participant, transaction, state);
                break;

            case BarrierAction.Repeat:
                logger.Repeated(direction, command.Step, command.SagaId, command.Attempt);
                await AnswerAsync(context, RecordedReply.Answer(state.Of(direction)!, delivery));
                break;

            case BarrierAction.Refuse:
                logger.Refused(command.Step, command.SagaId, command.Attempt);
                await AnswerAsync(context, RecordedReply.Refusal(delivery));
                break;

            case BarrierAction.NothingToUndo:
            default:
                logger.NothingToUndo(command.Step, command.SagaId);
                await RecordAsync(context, delivery, transaction, state, StepOutcome.Succeeded());
                break;
        }
    }

    private async Task CarryOutAsync(
        ConsumeContext context,
        StepDelivery delivery,
        IStepParticipant? participant,
        DeliveryTransaction transaction,
        BarrierState state)
    {
        var (command, direction) = delivery;
        if (transaction is SharedTransaction shared && state.Of(direction) is not null)
        {
            throw shared.Refuse("The answer takes the place of another one.");
        }

        var outcome = await CallAsync(context, delivery, participant, transaction, state);
        if (outcome.Kind == StepOutcomeKind.Unknown)
        {
            logger.Unknown(direction, command.Step, command.SagaId, command.Attempt, outcome.Message);
            return;
        }

        await RecordAsync(context, delivery, transaction, state, outcome);
        logger.Answered(direction, command.Step, command.SagaId, command.Attempt, outcome.Kind.ToString());
    }

    /// <summary>Lets the participant work; what it changed is rolled back unless it succeeded.</summary>
    private async Task<StepOutcome> CallAsync(
        ConsumeContext context,
        StepDelivery delivery,
        IStepParticipant? participant,
        DeliveryTransaction transaction,
        BarrierState state)
    {
        var (command, direction) = delivery;
        if (participant is null)
        {
            var queue = context.ReceiveContext.InputAddress.AbsolutePath.TrimStart('/');
            logger.UnknownStep(command.Step, command.SagaId, queue);
            return StepOutcome.Failed(
                StepFailureCodes.UnknownStep, $"The queue '{queue}' has no participant for the step '{command.Step}'.");
        }

        sharing.Learn(delivery, participant);
        var isCompensation = direction == StepDirection.Compensate;
        var executed = isCompensation && state.HasExecuted ? RecordedReply.Read(state.Execute!).Result : null;
        var call = new StepCall(participant, settings.DeadlineMargin, clock, logger);
        var mark = transaction.Writes.Mark();
        // The savepoint is there already, and one is enough.
        transaction.Context.Database.AutoSavepointsEnabled = false;
        var started = clock.GetTimestamp();
        var outcome = await call.RunAsync(
            new StepContext(command, direction, executed, isCompensation && !state.HasExecuted),
            transaction.SaveAsync,
            context.CancellationToken);
        ThrowIfAlone(delivery, transaction, clock.GetElapsedTime(started));
        if (outcome.Kind != StepOutcomeKind.Succeeded)
        {
            transaction.Context.ChangeTracker.Clear();
            transaction.Writes.ReturnTo(mark);
            await StepBarriers.RollBackAsync(transaction, context.CancellationToken);
        }

        return outcome;
    }

    /// <summary>
    /// Has a step that keeps the others waiting, or does more than write, carried out once more, alone.
    /// </summary>
    private void ThrowIfAlone(StepDelivery delivery, DeliveryTransaction transaction, TimeSpan taken)
    {
        if (transaction is not SharedTransaction shared)
        {
            return;
        }

        if (shared.IsRefused)
        {
            sharing.KeepAlone(delivery);
            throw shared.Refuse("The participant does more than write.");
        }

        if (taken >= DeliveryGroup.Patience)
        {
            sharing.KeepAloneForAWhile(delivery, taken);
            throw shared.Refuse("The participant took too long for the others to wait.");
        }
    }

    /// <summary>Records what the command came to, and answers it.</summary>
    private async Task RecordAsync(
        ConsumeContext context,
        StepDelivery delivery,
        DeliveryTransaction transaction,
        BarrierState state,
        StepOutcome outcome)
    {
        var row = RecordedReply.Record(delivery, outcome, clock.GetUtcNow().UtcDateTime)!;
        await barriers.RecordAsync(transaction, row, state.Of(delivery.Direction), context.CancellationToken);
        await AnswerAsync(context, RecordedReply.Answer(row, delivery));
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
