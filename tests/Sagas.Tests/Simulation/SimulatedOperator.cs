using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>Looks after suspended sagas, now and then; cancels some, and errs.</summary>
internal sealed class SimulatedOperator(World world)
{
    private const int MostPatience = 8;

    /// <summary>A saga was suspended.</summary>
    public void Call(SimulatedSaga saga, int calls = 0)
    {
        // Some are left as they are, for ever.
        if (calls < MostPatience && !saga.Dice.Chance(0.05))
        {
            world.After(saga.Dice.Between(5, 600), () => LookAfter(saga, calls));
        }
    }

    /// <summary>Commands that have nothing to do with a suspension.</summary>
    public void PlanInterference(SimulatedSaga saga)
    {
        if (world.Faults.Happens(Fault.Cancelled, saga.Dice))
        {
            world.After(
                saga.Dice.Between(0.1, 100),
                () => Order(saga, new CancelSaga { SagaId = saga.Id, Operator = "ann", Reason = "Changed." }));
        }

        if (world.Faults.Happens(Fault.OperatorErrs, saga.Dice))
        {
            world.After(saga.Dice.Between(0.1, 1000), () => Order(saga, Mistake(saga)));
        }
    }

    private void LookAfter(SimulatedSaga saga, int calls)
    {
        if (saga.Row!.State != nameof(SagaStatus.Suspended))
        {
            return;
        }

        var choice = saga.Dice.NextDouble();
        IOperatorCommand command = choice < 0.6
            ? new RetrySaga { SagaId = saga.Id, Operator = "ann", Reason = "Mended." }
            : choice < 0.8
                ? new SkipStep { SagaId = saga.Id, Step = saga.Row.CurrentStep!, Operator = "ann", Reason = "By hand." }
                : new AbortSaga { SagaId = saga.Id, Operator = "ann", Reason = "Enough." };
        Order(saga, command);
        Call(saga, calls + 1);
    }

    private void Order(SimulatedSaga saga, IOperatorCommand command)
    {
        if (saga.Row is not null)
        {
            world.Broker.SendOrder(saga, new Delivery(saga, new SagaInput.Operator(command)));
        }
    }

    private static IOperatorCommand Mistake(SimulatedSaga saga)
    {
        var who = saga.Dice.Chance(0.3) ? " " : "ann";
        return saga.Dice.Next(4) switch
        {
            0 => new RetrySaga { SagaId = saga.Id, Operator = who, Reason = "Oops." },
            1 => new SkipStep { SagaId = saga.Id, Step = "s0", Operator = who, Reason = "Oops." },
            2 => new CancelSaga { SagaId = saga.Id, Operator = "ann", Reason = who == "ann" ? "Oops." : "" },
            _ => new AbortSaga { SagaId = saga.Id, Operator = who, Reason = "Oops." },
        };
    }
}
