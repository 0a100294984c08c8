using System.Security.Cryptography;
using System.Text;
using MassTransit;
using MassTransit.Context;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Timers;
using Sagas.Persistence;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Undecided;

/// <summary>
/// Leaves a saga that this worker cannot decide about to those that can: notes it as undecided, and keeps a reply, command
/// or start for it in the database until it is looked at again. None goes to an error queue.
/// </summary>
/// <remarks>
/// What cannot be read makes any message wait. Where it is deciding that fails, a message other than
/// <see cref="SagaDue"/> fails as others do: it may be the message's own fault, and must not hold up the saga.
/// </remarks>
internal sealed class UndecidedSagaFilter(UndecidedSagas sagas, UndecidedLog log) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (Find(context) is not (var sagaId, var notifyConsumedAsync))
        {
            await next.Send(context);
            return;
        }

        var delivery = new UndecidedDelivery();
        Exception? failure = null;
        try
        {
            await next.Send(new ConsumeContextScope(context, delivery));
        }
        catch (Exception exception) when (IsLeft(context, exception))
        {
            failure = exception;
            delivery.Reason ??= UndecidedReason.Of(exception);
        }

        if (delivery.Reason is not { } reason)
        {
            return;
        }

        if (!await TryLeaveAsync(context, sagaId, reason))
        {
            // To the error queue, with a line in the log: nothing is lost.
            throw new InvalidOperationException(
                $"{UndecidedSagas.MaxMessages} messages wait for saga {sagaId}, which this worker cannot decide about: "
                + reason,
                failure);
        }

        // What nobody says that he has consumed is refused to its sender, as a message of an unknown type.
        await notifyConsumedAsync(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("undecidedSaga");

    /// <summary>The saga that a message is for, and what marks the message as consumed.</summary>
    private static (Guid SagaId, Func<ConsumeContext, Task> NotifyConsumedAsync)? Find(ConsumeContext context)
    {
        return Of<SagaDue>(x => x.SagaId)
            ?? Of<StepSucceeded>(x => x.SagaId)
            ?? Of<StepFailed>(x => x.SagaId)
            ?? Of<StepOutcomeUnknown>(x => x.SagaId)
            ?? Of<StepDeferred>(x => x.SagaId)
            ?? Of<RetrySaga>(x => x.SagaId)
            ?? Of<SkipStep>(x => x.SagaId)
            ?? Of<CancelSaga>(x => x.SagaId)
            ?? Of<AbortSaga>(x => x.SagaId)
            ?? Of<StartSaga>(StartOf);

        Guid StartOf(StartSaga start) => start switch
        {
            { SagaId: { } sagaId } when sagaId != Guid.Empty => sagaId,
            { IdempotencyKey: { } key } => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16)),
            _ => context.MessageId ?? NewId.NextGuid(),
        };

        (Guid, Func<ConsumeContext, Task>)? Of<T>(Func<T, Guid> sagaId)
            where T : class =>
            context.TryGetMessage<T>(out var message) ? (sagaId(message.Message), NotifyConsumedAsync<T>) : null;
    }

    private static Task NotifyConsumedAsync<T>(ConsumeContext context)
        where T : class =>
        context.TryGetMessage<T>(out var message)
            ? message.NotifyConsumed(context.ReceiveContext.ElapsedTime, nameof(UndecidedSagaFilter))
            : Task.CompletedTask;

    private static bool IsDue(ConsumeContext context) => context.TryGetMessage<SagaDue>(out _);

    private static bool IsLeft(ConsumeContext context, Exception exception) =>
        exception is not OperationCanceledException
        && !DatabaseFailures.IsTransient(exception)
        && (IsDue(context) || exception.GetBaseException() is UnknownStateException or SagaDefinitionException);

    private async Task<bool> TryLeaveAsync(ConsumeContext context, Guid sagaId, string reason)
    {
        var message = IsDue(context) ? null : ReturningMessage.Of(context);
        var row = await sagas.NoteAsync(sagaId, reason, message, context.CancellationToken);
        if (row is null)
        {
            return false;
        }

        log.Write(sagaId, row.Attempts, row.NextLookAt - row.LastAt, row.Reason);
        return true;
    }
}
