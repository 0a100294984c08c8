using MassTransit;

namespace Sagas.Contracts;

/// <summary>What a participant's two answers have in common: they name the very attempt that they answer.</summary>
[ExcludeFromTopology]
public interface IStepReply
{
    /// <summary>The saga, as the command named it.</summary>
    Guid SagaId { get; }

    /// <summary>The step, as the command named it.</summary>
    string Step { get; }

    /// <summary>
    /// <see cref="StepDirection.Execute"/> for an <see cref="ExecuteStep"/>, otherwise
    /// <see cref="StepDirection.Compensate"/>.
    /// </summary>
    StepDirection Direction { get; }

    /// <summary>The attempt, as the command named it, from 1.</summary>
    int Attempt { get; }
}
