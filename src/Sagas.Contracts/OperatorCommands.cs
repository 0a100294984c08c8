using MassTransit;

namespace Sagas.Contracts;

/// <summary>
/// What an operator asks of one saga. Recorded in its history with who and why, and answered with
/// <see cref="CommandAccepted"/> or <see cref="RequestRefused"/> where the sender gave an address for the answer.
/// </summary>
[ExcludeFromTopology]
public interface IOperatorCommand
{
    /// <summary>The saga.</summary>
    Guid SagaId { get; }

    /// <summary>
    /// Who asks: a name that means something to the people who will read the history. 1 to 200 characters. It is recorded
    /// with <c>(unverified)</c> behind it, since nobody has checked it.
    /// </summary>
    string Operator { get; }

    /// <summary>Why. 1 to 2,000 characters.</summary>
    string Reason { get; }

    /// <summary>
    /// <c>[A-Za-z0-9._:-]{1,128}</c>, by default kept for 3,600 s and by default the message's id. The same key with
    /// the same command has its effect once and is answered each time; the same key with another command is refused.
    /// </summary>
    string? IdempotencyKey { get; }
}

/// <summary>
/// Takes a suspended saga up again at the very step where it stopped, with a full set of attempts.
/// </summary>
[EntityName("saga.retry")]
public sealed record RetrySaga : IOperatorCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Operator { get; init; }

    /// <inheritdoc/>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public string? IdempotencyKey { get; init; }
}

/// <summary>
/// Takes a suspended saga up again behind the step where it stopped. The operator vouches that nothing is left to do
/// there.
/// </summary>
[EntityName("saga.skip")]
public sealed record SkipStep : IOperatorCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <summary>
    /// The step that is meant. A saga that has stopped elsewhere by now refuses the command, so that one which comes
    /// late, or is delivered twice, skips nothing that nobody gave up.
    /// </summary>
    public required string Step { get; init; }

    /// <inheritdoc/>
    public required string Operator { get; init; }

    /// <inheritdoc/>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public string? IdempotencyKey { get; init; }
}

/// <summary>
/// Undoes a running saga: compensation starts, and the step in flight counts as one of unknown outcome. Refused past
/// the pivot.
/// </summary>
[EntityName("saga.cancel")]
public sealed record CancelSaga : IOperatorCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Operator { get; init; }

    /// <inheritdoc/>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public string? IdempotencyKey { get; init; }
}

/// <summary>
/// Ends a suspended saga as it is. Nothing more is done or undone; the operator takes over what is left.
/// </summary>
[EntityName("saga.abort")]
public sealed record AbortSaga : IOperatorCommand
{
    /// <inheritdoc/>
    public required Guid SagaId { get; init; }

    /// <inheritdoc/>
    public required string Operator { get; init; }

    /// <inheritdoc/>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public string? IdempotencyKey { get; init; }
}

/// <summary>An operator's command was carried out and recorded.</summary>
[EntityName("saga.command_accepted")]
public sealed record CommandAccepted
{
    /// <summary>The saga.</summary>
    public required Guid SagaId { get; init; }

    /// <summary>The command's type name, for instance <c>RetrySaga</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The saga's state after the command; after a repeated one, its present state.</summary>
    public required string State { get; init; }

    /// <summary>Whether an earlier command under the same key had done it already.</summary>
    public bool AlreadyDone { get; init; }
}
