using Sagas.Contracts;
using Sagas.Worker.Orchestration;
using static Sagas.Worker.Orchestration.SagaStatus;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The changes of state that <see cref="SagaStateMachine"/> declares: whatever else the engine decided would be a fault
/// there, for ever.
/// </summary>
internal static class StateRules
{
    public static void Check(SagaInput? input, SagaInstance? before, SagaTransition transition)
    {
        var to = transition.Saga.State;
        if (before is null)
        {
            Invariant.Require(to == Running, Invariant.States, () => $"A saga starts as {to}.");
        }
        else if (before.State != to)
        {
            Invariant.Require(
                Array.IndexOf(From(before.State, input!), to) >= 0,
                Invariant.States,
                () => $"{before.State} becomes {to} on {input}.");
        }
    }

    private static SagaStatus[] From(SagaStatus state, SagaInput input) => (state, input) switch
    {
        (Running, SagaInput.Reply { Message: StepSucceeded }) => [Completed],
        (Running, SagaInput.Reply or SagaInput.Due) => [Compensating, Compensated, Suspended],
        (Running, SagaInput.Operator { Command: CancelSaga }) => [Compensating, Compensated],
        (Compensating, SagaInput.Reply { Message: StepSucceeded }) => [Compensated, Aborted],
        (Compensating, SagaInput.Reply or SagaInput.Due) => [Suspended],
        (Suspended, SagaInput.Operator { Command: RetrySaga or SkipStep }) =>
            [Running, Completed, Compensating, Compensated, Aborted],
        (Suspended, SagaInput.Operator { Command: AbortSaga }) => [Aborted],
        (Compensated or Aborted, SagaInput.Reply { Message: StepSucceeded }) => [Compensating],
        _ => [],
    };
}
