using Sagas.Engine;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The workers' scanners for due sagas. A claim keeps the others away for a while; one that leads to nothing ends by
/// itself.
/// </summary>
internal sealed class Timers
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(500);

    private readonly World _world;
    private readonly TimeSpan _lease;

    public Timers(World world)
    {
        _world = world;
        _lease = world.Dice.Between(1, 300);
    }

    /// <summary>
    /// The row has a new deadline, or is looked at again: some scanner finds it when it has come. What was watched before
    /// is over.
    /// </summary>
    public void Watch(SimulatedSaga saga)
    {
        var (row, watch) = (saga.Row, ++saga.Watches);
        var dueAt = new DateTimeOffset(row!.DueAt!.Value, TimeSpan.Zero);
        ScanAt(saga, dueAt, () => watch == saga.Watches && saga.Row!.DueAt == row.DueAt);
    }

    private void ScanAt(SimulatedSaga saga, DateTimeOffset instant, Func<bool> stillMatters)
    {
        var worker = saga.Dice.Pick(_world.Workers);
        var wait = instant - worker.Clock;
        var poll = saga.Dice.Between(TimeSpan.FromMilliseconds(1), LongestPoll);
        _world.After(wait > TimeSpan.Zero ? wait + poll : poll, () =>
        {
            if (stillMatters())
            {
                Scan(saga, worker, instant, stillMatters);
            }
        });
    }

    private void Scan(SimulatedSaga saga, SimulatedWorker worker, DateTimeOffset instant, Func<bool> stillMatters)
    {
        // The scanner may be down by now, or its clock may have jumped: then it is another one's, or has to wait.
        if (!worker.IsUp || worker.Clock < instant)
        {
            ScanAt(saga, instant, stillMatters);
            return;
        }

        // Then it is looked at beside those that are due.
        if (_world.Undecided.Holds(saga))
        {
            return;
        }

        var until = worker.Clock + _lease;
        saga.Row!.DueClaimedUntil = until.UtcDateTime;
        if (_world.Faults.Happens(Fault.CrashOfScanner, saga.Dice))
        {
            _world.Trace(saga, $"worker {worker.Index} dies after it claimed the saga");
            worker.Crash(saga.Dice);
        }
        else
        {
            _world.Broker.SendTimer(saga, new Delivery(saga, new SagaInput.Due()));
        }

        ScanAt(saga, until, stillMatters);
    }
}
