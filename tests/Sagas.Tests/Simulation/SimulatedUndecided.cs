using Sagas.Engine;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The tables of what workers could not decide about, and the scanners that have it looked at again: each saga after a
/// pause of its own, the messages that wait for it first.
/// </summary>
internal sealed class SimulatedUndecided(World world)
{
    private const int NoSaga = -1;
    private const double LongestPause = 300;
    private const double Jitter = 0.1001;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<int, Entry> _entries = [];

    private DateTime Now => (World.Epoch + world.Now).UtcDateTime;

    /// <summary>Whether the timers of a saga are left alone.</summary>
    public bool Holds(SimulatedSaga saga) => _entries.TryGetValue(saga.Index, out var entry)
        && (entry.Messages.Count > 0 || entry.Row.RowVersion == VersionOf(saga));

    /// <summary>A worker could not decide what a delivery means.</summary>
    public void Note(Delivery delivery)
    {
        var saga = delivery.Saga;
        _entries.TryGetValue(saga.Index, out var found);
        var row = UndecidedSaga.After(found?.Row, saga.Id, VersionOf(saga), "No.", Now, saga.Jitter);
        var looks = found is not null && found.Row.RowVersion == row.RowVersion ? found.Looks : 0;
        CheckPause(saga, row, looks);
        world.Trace(saga, $"{delivery} is undecided, {looks} looks in vain");
        world.Coverage.Count(looks == 0 ? Exercises.Undecided : Exercises.UndecidedAgain);
        var entry = new Entry(saga, row, looks, found?.Messages ?? []);
        if (delivery.Input is not SagaInput.Due && !entry.Messages.Exists(other => ReferenceEquals(other, delivery)))
        {
            // Once, however often it is delivered.
            entry.Messages.Add(delivery);
            world.Coverage.Count(delivery.Input is null ? Exercises.UndecidedStart : Exercises.UndecidedMessage);
        }

        _entries[saga.Index] = entry;
        LookAfter(entry, row.NextLookAt - Now + saga.Dice.Between(TimeSpan.FromMilliseconds(1), Poll));
    }

    /// <summary>The row of a saga has changed: whoever did it could decide.</summary>
    public void Changed(SimulatedSaga saga)
    {
        if (_entries.TryGetValue(saga.Index, out var entry))
        {
            LookAfter(entry, saga.Dice.Between(TimeSpan.FromMilliseconds(1), Sweep));
        }
    }

    /// <summary>A worker starts, which may know more than the others.</summary>
    public void BringForward()
    {
        foreach (var entry in _entries.Values)
        {
            LookAfter(entry, entry.Saga.Dice.Between(TimeSpan.FromMilliseconds(1), Poll));
        }
    }

    /// <summary>Nothing is under way any more.</summary>
    public void CheckNothingIsLeft() => Invariant.Require(
        _entries.Count == 0,
        Invariant.Undecided,
        () => $"{_entries.Count} sagas are undecided for ever, the first is saga {_entries.Keys.First()}.");

    private static int VersionOf(SimulatedSaga saga) => saga.Row?.RowVersion ?? NoSaga;

    /// <summary>From a second, doubled with each look in vain, up to 5 minutes, and anew once the saga has changed.</summary>
    private static void CheckPause(SimulatedSaga saga, UndecidedSaga row, int looks)
    {
        var expected = Math.Min(Math.Pow(2, looks), LongestPause);
        var pause = (row.NextLookAt - row.LastAt).TotalSeconds;
        Invariant.Require(
            Math.Abs(pause - expected) <= expected * Jitter,
            Invariant.Undecided,
            () => $"Saga {saga.Index} is left alone for {pause:F1} s after {looks} looks in vain.");
    }

    private void LookAfter(Entry entry, TimeSpan time)
    {
        var turn = ++entry.Turn;
        world.After(time, () =>
        {
            if (turn == entry.Turn && _entries.GetValueOrDefault(entry.Saga.Index) == entry)
            {
                Look(entry);
            }
        });
    }

    private void Look(Entry entry)
    {
        var (saga, isOver) = (entry.Saga, entry.Row.RowVersion != VersionOf(entry.Saga));
        var isUnstarted = saga.Row is null && entry.Messages.Count == 0;
        foreach (var message in entry.Messages)
        {
            world.Broker.Redeliver(message);
        }

        if (isOver || isUnstarted)
        {
            _entries.Remove(saga.Index);
            world.Coverage.Count(Exercises.DecidedSince);
            if (saga.Row?.DueAt is not null)
            {
                world.Timers.Watch(saga);
            }

            return;
        }

        if (entry.Messages.Count == 0)
        {
            world.Broker.SendTimer(saga, new Delivery(saga, new SagaInput.Due()));
        }

        entry.Messages.Clear();
        entry.Looks++;
        entry.Row.Attempts++;
        LookAfter(entry, Lease);
    }

    private sealed class Entry(SimulatedSaga saga, UndecidedSaga row, int looks, List<Delivery> messages)
    {
        public SimulatedSaga Saga { get; } = saga;

        public UndecidedSaga Row { get; } = row;

        public List<Delivery> Messages { get; } = messages;

        /// <summary>How often it was looked at since it became undecided.</summary>
        public int Looks { get; set; } = looks;

        /// <summary>The last look that was planned is the one that counts.</summary>
        public int Turn { get; set; }
    }
}
