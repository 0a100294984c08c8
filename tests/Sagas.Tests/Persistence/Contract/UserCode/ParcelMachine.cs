using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

public sealed record PackItem(Guid ParcelId, string Name, int Failures = 0);

/// <summary>Counts its rows, which shows whether they were loaded.</summary>
public sealed class ParcelMachine : MassTransitStateMachine<ParcelState>
{
    public ParcelMachine()
    {
        InstanceState(parcel => parcel.CurrentState);
        Event(() => Packed, e => e.CorrelateById(context => context.Message.ParcelId));
        Initially(When(Packed).Then(Pack).TransitionTo(Open));
        During(Open, When(Packed).Then(Pack));
    }

    public State Open { get; private set; } = null!;

    public Event<PackItem> Packed { get; private set; } = null!;

    private static void Pack(BehaviorContext<ParcelState, PackItem> context)
    {
        context.Saga.Items.Add(new ParcelItem { Name = context.Message.Name });
        context.Saga.Count = context.Saga.Items.Count;
        if (context.GetRetryAttempt() < context.Message.Failures)
        {
            throw new InvalidOperationException("As the test wants it.");
        }
    }
}
