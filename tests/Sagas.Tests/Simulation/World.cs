namespace Sagas.Tests.Simulation;

/// <summary>
/// A simulated world: some sagas, workers, participants and an operator around one store and one broker, on a clock
/// that jumps from one thing that happens to the next. All of it follows from the plan.
/// </summary>
internal sealed class World
{
    public static readonly DateTimeOffset Epoch = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private const int MostEventsOfASaga = 100_000;

    private readonly PriorityQueue<Action, Moment> _agenda = new();
    private long _scheduled;

    public World(SimulationPlan plan, IEngine engine, Coverage coverage, Action<string>? trace = null)
    {
        Plan = plan;
        Engine = engine;
        Coverage = coverage;
        Log = trace;
        Dice = Dice.Of(plan.Seed, 0);
        Faults = new Faults(plan, Dice.Of(plan.Seed, 1), coverage);
        Broker = new Broker(this);
        Definitions = new SimulatedDefinitions(this, Dice.Of(plan.Seed, 2));
        Store = new Store(this);
        Undecided = new SimulatedUndecided(this);
        Workers = [.. Enumerable.Range(0, 1 + Dice.Next(4)).Select(index => new SimulatedWorker(this, index))];
        Timers = new Timers(this);
        Operator = new SimulatedOperator(this);
        Sagas = [.. Enumerable.Range(0, plan.Sagas).Select(index => new SimulatedSaga(this, index))];
    }

    public SimulationPlan Plan { get; }

    public IEngine Engine { get; }

    public Coverage Coverage { get; }

    public Dice Dice { get; }

    public Faults Faults { get; }

    public Broker Broker { get; }

    public Store Store { get; }

    public SimulatedUndecided Undecided { get; }

    public SimulatedDefinitions Definitions { get; }

    public IReadOnlyList<SimulatedWorker> Workers { get; }

    public Timers Timers { get; }

    public SimulatedOperator Operator { get; }

    public IReadOnlyList<SimulatedSaga> Sagas { get; }

    /// <summary>The time that has really passed, whatever the clocks say.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Takes a line for everything that happens, if anybody wants to know.</summary>
    public Action<string>? Log { get; }

    /// <summary>Lets something happen later; at the same instant in the order of the calls.</summary>
    public void After(TimeSpan delay, Action action) => _agenda.Enqueue(action, new Moment(Now + delay, _scheduled++));

    public void Trace(SimulatedSaga? saga, string line) => Log?.Invoke($"{Now:c} saga {saga?.Index}: {line}");

    /// <summary>Runs until nothing is under way any more.</summary>
    /// <exception cref="InvariantBrokenException">Something is not as it must be.</exception>
    public void Run()
    {
        foreach (var saga in Sagas.Where(saga => Plan.Only < 0 || saga.Index == Plan.Only))
        {
            Coverage.Sagas++;
            saga.Request();
        }

        foreach (var worker in Workers)
        {
            worker.PlanItsLife();
        }

        Broker.PlanPurges();
        var left = (long)MostEventsOfASaga * Plan.Sagas;
        while (_agenda.TryDequeue(out var action, out var moment))
        {
            Now = moment.Time;
            action();
            Invariant.Require(--left > 0, Invariant.Ends, "The sagas go on for ever.");
        }

        Undecided.CheckNothingIsLeft();
        foreach (var saga in Sagas.Where(saga => saga.Row is not null))
        {
            FinalRules.Check(saga, Coverage);
        }
    }

    private readonly record struct Moment(TimeSpan Time, long Order) : IComparable<Moment>
    {
        public int CompareTo(Moment other)
        {
            var byTime = Time.CompareTo(other.Time);
            return byTime == 0 ? Order.CompareTo(other.Order) : byTime;
        }
    }
}
