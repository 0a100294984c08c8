using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.StateMachine;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// Knows from the database which attempts are in flight, and what their commands are. Nothing else is called: whoever
/// can write to the queue chooses neither a call with secrets nor what it says.
/// </summary>
/// <remarks>A command is sent after its saga's row is committed: what is not there is not in flight.</remarks>
internal sealed class StepsInFlight(SagaRows sagas, SagaDefinitionCatalog definitions)
{
    /// <summary>Finds the attempt that a command names.</summary>
    /// <exception cref="JsonException">This worker cannot read the saga's row.</exception>
    /// <exception cref="SagaDefinitionException">This worker cannot read the saga's definition.</exception>
    public async Task<StepInFlight> FindAsync(IStepCommand command, StepDirection direction, CancellationToken stop)
    {
        if (await sagas.FindAsync(command.SagaId, stop) is not { } row)
        {
            return new StepInFlight.NoSaga();
        }

        var saga = Read(row);
        var status = direction == StepDirection.Execute ? StepStatus.Running : StepStatus.Compensating;
        if (saga.FindStep(command.Step) is not { DueAt: { } deadline } step
            || step.Status != status
            || !step.Progress(direction).Awaits(command.Attempt))
        {
            return new StepInFlight.None();
        }

        var definition = await definitions.GetAsync(saga.Name, saga.Version, stop);
        var sent = StepCommands.Create(definition, saga, step, direction, deadline);
        if (sent.IdempotencyKey != command.IdempotencyKey)
        {
            return new StepInFlight.None();
        }

        return new StepInFlight.Found(
            command is PollHttpStep poll ? PollHttpStep.After(sent, direction, poll.Location) : sent);
    }

    private static SagaInstance Read(SagaState row)
    {
        try
        {
            return SagaStateMapper.Read(row);
        }
        catch (ArgumentException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}

/// <summary>What the database says of the attempt that a command names.</summary>
internal abstract record StepInFlight
{
    private StepInFlight()
    {
    }

    /// <summary>It is in flight.</summary>
    /// <param name="Command">The command as the engine sent it.</param>
    internal sealed record Found(IStepCommand Command) : StepInFlight;

    /// <summary>The saga has no such attempt, or it has ended.</summary>
    internal sealed record None : StepInFlight;

    /// <summary>There is no such saga.</summary>
    internal sealed record NoSaga : StepInFlight;
}
