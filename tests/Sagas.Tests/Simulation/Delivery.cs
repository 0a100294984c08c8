using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>A message in the workers' queue.</summary>
/// <param name="Saga">Whose it is.</param>
/// <param name="Input">What happened, or <see langword="null"/> for a request to start the saga.</param>
internal sealed record Delivery(SimulatedSaga Saga, SagaInput? Input)
{
    /// <summary>The effect that a success tells of.</summary>
    public Effect? Tells { get; init; }

    public override string ToString() => Input switch
    {
        null => "StartSaga",
        SagaInput.Reply { Message: var reply } =>
            $"{reply.GetType().Name} {reply.Step} {reply.Direction} #{reply.Attempt}",
        SagaInput.Operator { Command: var command } => command.GetType().Name,
        _ => "SagaDue",
    };
}
