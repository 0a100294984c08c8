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

    /// <summary>Who asks: a name that means something to the people who will read the history. 1 to 200 characters.</summary>
    string Operator { get; }

    /// <summary>Why. 1 to 2,000 characters.</summary>
    string Reason { get; }
}
