using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>What a listener of a saga's events hears: every number once, and in the end what became of it.</summary>
internal sealed class EventRules
{
    private int _sequence;
    private SagaStatus? _told;

    public void Check(SagaInstance? before, SagaTransition transition)
    {
        foreach (var message in transition.Messages)
        {
            if (message is OutgoingMessage.Event { Message: var happened })
            {
                Invariant.Require(
                    happened.Sequence == ++_sequence,
                    Invariant.Events,
                    () => $"{happened.GetType().Name} is number {happened.Sequence}, not {_sequence}.");
                _told = happened switch
                {
                    SagaStarted => SagaStatus.Running,
                    SagaCompensating => SagaStatus.Compensating,
                    SagaSuspended => SagaStatus.Suspended,
                    SagaCompleted => SagaStatus.Completed,
                    SagaCompensated => SagaStatus.Compensated,
                    SagaAborted => SagaStatus.Aborted,
                    _ => _told,
                };
            }
        }

        var state = transition.Saga.State;
        Invariant.Require(
            _sequence == transition.Saga.EventSequence,
            Invariant.Events,
            () => $"The row counts {transition.Saga.EventSequence} events, {_sequence} were published.");

        // An aborted saga that was reopened returns to its state in silence: its abort was told when it happened.
        var isSilent = state == SagaStatus.Aborted && before?.State != SagaStatus.Suspended;
        var isUnderWay = state is SagaStatus.Running or SagaStatus.Compensating;
        Invariant.Require(
            isUnderWay || isSilent || _told == state || before?.EndedAs == state,
            Invariant.Events,
            () => $"The saga is {state}, its events tell {_told}.");
    }
}
