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
