using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Engine.SagaStatus;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The changes of state that may come of each input. The state machine must declare every one of them: a decision that
/// it does not know is a fault there, for ever.
/// </summary>
internal static class StateRules
{
    private const string Due = "SagaDue";

    private static readonly SagaStatus[] TurnedBack = [Compensating, Compensated, Suspended];
    private static readonly SagaStatus[] TakenUp = [Running, Completed, Compensating, Compensated, Aborted];

    /// <summary>The states that may follow a state on a message, beside itself.</summary>
    public static IReadOnlyDictionary<(SagaStatus State, string Message), SagaStatus[]> Allowed { get; } =
        new Dictionary<(SagaStatus State, string Message), SagaStatus[]>
        {
            [(Running, nameof(StepSucceeded))] = [Completed, .. TurnedBack],
            [(Running, nameof(StepFailed))] = TurnedBack,
            [(Running, nameof(StepDeferred))] = TurnedBack,
            [(Running, nameof(StepOutcomeUnknown))] = TurnedBack,
            [(Running, Due)] = TurnedBack,
            [(Running, nameof(CancelSaga))] = TurnedBack,
            [(Compensating, nameof(StepSucceeded))] = [Compensated, Aborted, Suspended],
            [(Compensating, nameof(StepFailed))] = [Suspended],
            [(Compensating, nameof(StepOutcomeUnknown))] = [Suspended],
            [(Compensating, Due)] = [Suspended],
            [(Suspended, nameof(RetrySaga))] = TakenUp,
            [(Suspended, nameof(SkipStep))] = TakenUp,
            [(Suspended, nameof(AbortSaga))] = [Aborted],
            [(Compensated, nameof(StepSucceeded))] = [Compensating, Suspended],
            [(Aborted, nameof(StepSucceeded))] = [Compensating, Suspended],
        };

    public static void Check(SagaInput? input, SagaInstance? before, SagaTransition transition)
    {
        var to = transition.Saga.State;
        if (before is null)
        {
            Invariant.Require(to == Running, Invariant.States, () => $"A saga starts as {to}.");
        }
        else if (before.State != to)
        {
            var message = NameOf(input!);
            var isAllowed = Allowed.TryGetValue((before.State, message), out var next) && next.Contains(to);
            Invariant.Require(isAllowed, Invariant.States, () => $"{before.State} becomes {to} on {message}.");
        }
    }

    private static string NameOf(SagaInput input) => input switch
    {
        SagaInput.Reply { Message: var reply } => reply.GetType().Name,
        SagaInput.Operator { Command: var command } => command.GetType().Name,
        _ => Due,
    };
}
