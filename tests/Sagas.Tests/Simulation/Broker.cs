using Sagas.Contracts;

namespace Sagas.Tests.Simulation;

/// <summary>
/// Carries every message, or loses it, or brings it more than once, at any time and in any order. What a consumer has
/// not acknowledged when it dies comes again.
/// </summary>
internal sealed class Broker(World world)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    private int _purges;

    public void PlanPurges()
    {
        if (world.Faults.Happens(Fault.QueuesPurged, world.Dice))
        {
            world.After(world.Dice.Between(1, 300), () =>
            {
                world.Trace(null, "all queues are purged");
                _purges++;
            });
        }
    }

    public void SendCommand(SimulatedSaga saga, IStepCommand command)
    {
        Action arrive = () => saga.Participant(command.Step).Receive(command);
        if (!world.Faults.Happens(Fault.CommandParked, saga.Dice))
        {
            Send(saga, Fault.CommandLost, Fault.CommandDuplicated, Fault.CommandDelayed, arrive);
        }
        else if (saga.Dice.Chance(0.5))
        {
            // The broker would not take it; an operator sends it days later, or never.
            world.After(saga.Dice.Between(600, 400_000), arrive);
        }
    }

    public void SendReply(SimulatedSaga saga, Delivery reply) =>
        Send(saga, Fault.ReplyLost, Fault.ReplyDuplicated, Fault.ReplyDelayed, () => Deliver(reply));

    public void SendTimer(SimulatedSaga saga, Delivery due) =>
        Send(saga, Fault.TimerLost, Fault.TimerDuplicated, Fault.TimerDelayed, () => Deliver(due));

    public void SendOrder(SimulatedSaga saga, Delivery order) =>
        Send(saga, Fault.OrderLost, Fault.OrderDuplicated, Fault.OrderDelayed, () => Deliver(order));

    /// <summary>A start request is repeated by its sender until it is answered: it is never lost for good.</summary>
    public void SendStart(SimulatedSaga saga, Delivery start)
    {
        for (var copies = world.Faults.Happens(Fault.StartDuplicated, saga.Dice) ? 2 : 1; copies > 0; copies--)
        {
            world.After(saga.Dice.Between(TimeSpan.FromMilliseconds(1), Soon), () => Deliver(start));
        }
    }

    /// <summary>Brings what was not acknowledged once more.</summary>
    public void Redeliver(Delivery delivery) =>
        world.After(delivery.Saga.Dice.Between(TimeSpan.FromMilliseconds(1), Soon), () => Deliver(delivery));

    private void Deliver(Delivery delivery) => delivery.Saga.Dice.Pick(world.Workers).Receive(delivery);

    private void Send(SimulatedSaga saga, Fault lost, Fault duplicated, Fault delayed, Action arrive)
    {
        var dice = saga.Dice;
        var copies = world.Faults.Happens(lost, dice)
            ? 0
            : world.Faults.Happens(duplicated, dice) ? 2 + dice.Next(2) : 1;
        for (; copies > 0; copies--)
        {
            var delay = world.Faults.Happens(delayed, dice)
                ? dice.Between(0.5, dice.Chance(0.1) ? 20_000 : 300)
                : dice.Between(TimeSpan.FromMilliseconds(1), Soon);
            var purges = _purges;
            world.After(delay, () =>
            {
                if (purges == _purges)
                {
                    arrive();
                }
            });
        }
    }
}
