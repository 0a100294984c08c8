using Sagas.Contracts;

namespace Sagas.Participants;

/// <summary>
/// Carries out a step and undoes it. Change the participant's own database through its scoped <c>DbContext</c>: the
/// changes are saved and committed together with the barrier row and the answer, or not at all.
/// </summary>
/// <remarks>
/// Neither method is called again for work that is done: a repeated command gets the recorded answer. An exception is
/// answered as a failure without effect that may be tried again; <see cref="StepFailedException"/> says that it may
/// not. An effect outside of the database needs the <see cref="StepContext.IdempotencyKey"/>, and
/// <see cref="StepOutcome.Unknown"/> where it is not certain whether it happened; a <see cref="TimeoutException"/>, an
/// <see cref="HttpRequestException"/> of a request that may have arrived, and an
/// <see cref="OperationCanceledException"/> are taken for that.
/// </remarks>
public interface IStepParticipant
{
    /// <summary>
    /// Whether the step has effects outside of the participant's own database: a charge at a payment service, a mail, a
    /// file. The barrier knows of none whose process died, or did not learn of it, before the commit. With
    /// <see langword="true"/>, <see cref="CompensateAsync"/> is called also where no success of the execution is
    /// recorded. The default is <see langword="false"/>: what is not recorded did not happen.
    /// </summary>
    bool HasOutsideEffects => false;

    /// <summary>
    /// Whether all that the participant does in a direction is to write through its scoped <c>DbContext</c>: it adds
    /// rows, and changes or removes rows that it knows the keys of, attached instead of read. It asks the database
    /// nothing, saves nothing itself, and waits for nothing. On PostgreSQL such commands that are in hand at the same
    /// moment share a transaction, which costs a fraction of one each. The default is <see langword="false"/>. A
    /// participant that does more than it says is called once more in a transaction of its own, and with a warning in
    /// the log from then on always; so is one that changes rows with a concurrency token, or whose tables foreign keys
    /// bind to others. It has no meaning with <see cref="HasOutsideEffects"/>.
    /// </summary>
    /// <param name="direction">The direction.</param>
    /// <returns>Whether that is all.</returns>
    bool OnlyWrites(StepDirection direction) => false;

    /// <summary>Does the step's work.</summary>
    /// <param name="context">The command: the saga's input, the results of the steps before, the idempotency
    /// key.</param>
    /// <param name="cancellationToken">Fires some time after the command's deadline, and when the process
    /// stops.</param>
    /// <returns>What became of it.</returns>
    Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Undoes what <see cref="ExecuteAsync"/> did. Called only when that has succeeded here, or, with <see
    /// cref="HasOutsideEffects"/>, may have had an effect: then look whether there is one. A failure leaves the effect
    /// standing: the worker asks again, and in the end parks the saga for an operator.
    /// </summary>
    /// <param name="context">The command; <see cref="StepContext.ExecuteResult{T}"/> is what the execution
    /// returned, unless <see cref="StepContext.IsExecutionUnknown"/>.</param>
    /// <param name="cancellationToken">Fires some time after the command's deadline, and when the process
    /// stops.</param>
    /// <returns>What became of it; the result of a success is ignored.</returns>
    Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken);
}
