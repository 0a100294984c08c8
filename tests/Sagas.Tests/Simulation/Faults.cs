namespace Sagas.Tests.Simulation;

/// <summary>Decides what goes wrong: how likely each fault is in this world, and whether the plan allows it.</summary>
internal sealed class Faults
{
    private static readonly int Kinds = Enum.GetValues<Fault>().Length;

    private readonly double[] _probabilities = new double[Kinds];
    private readonly SimulationPlan _plan;
    private readonly Coverage _coverage;

    public Faults(SimulationPlan plan, Dice dice, Coverage coverage)
    {
        _plan = plan;
        _coverage = coverage;
        var isLate = dice.Chance(0.15);
        for (var kind = 0; kind < Kinds; kind++)
        {
            // Some worlds are spared a fault altogether and some are full of it, so that faults meet in all mixtures.
            var severity = dice.NextDouble();
            var factor = severity < 0.4 ? 0 : severity < 0.9 ? 1 : 4;
            _probabilities[kind] = isLate && IsLateness((Fault)kind) ? 0.3 : Usual((Fault)kind) * factor;
        }
    }

    /// <summary>How many faults have happened.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Whether it happens now. The dice are rolled in any case, so that a plan without a fault is otherwise the same.
    /// </summary>
    public bool Happens(Fault fault, Dice dice)
    {
        if (!dice.Chance(_probabilities[(int)fault]) || _plan.Without.Contains(fault) || Count >= _plan.Faults)
        {
            return false;
        }

        Count++;
        _coverage.Count(fault);
        return true;
    }

    /// <summary>What together brings the answers to what is long over.</summary>
    private static bool IsLateness(Fault fault) => fault
        is Fault.CommandDelayed
        or Fault.ReplyDelayed
        or Fault.ParticipantAnswersLate
        or Fault.CompensationFailsRetryably;

    private static double Usual(Fault fault) => fault switch
    {
        Fault.CommandLost or Fault.ReplyLost => 0.04,
        Fault.CommandDuplicated or Fault.ReplyDuplicated => 0.06,
        Fault.CommandDelayed or Fault.ReplyDelayed => 0.06,
        Fault.TimerLost or Fault.TimerDuplicated or Fault.TimerDelayed => 0.05,
        Fault.OrderLost or Fault.OrderDuplicated or Fault.OrderDelayed or Fault.StartDuplicated => 0.06,
        Fault.QueuesPurged => 0.05,
        Fault.CommitFails or Fault.CommitUnacknowledged => 0.01,
        Fault.CrashBeforeCommit or Fault.CrashAfterCommit or Fault.CrashWhilePublishing => 0.006,
        Fault.CrashBeforeOutboxIsCleared or Fault.CrashBeforeAck => 0.006,
        Fault.CrashOfScanner or Fault.CrashOfDispatcher => 0.02,
        Fault.SlowTransaction => 0.03,
        Fault.ClockForward or Fault.ClockBack => 0.2,
        Fault.ClockHoursOff => 0.05,
        Fault.NewDeployment or Fault.ChangedDefinition => 0.15,
        Fault.ParticipantHangs => 0.03,
        Fault.ParticipantFailsRetryably => 0.12,
        Fault.ParticipantFailsForGood => 0.06,
        Fault.ParticipantAnswersLate => 0.05,
        Fault.AnswerKnownLost => 0.04,
        Fault.ParticipantCrashesBeforeEffect or Fault.ParticipantCrashesBeforeReply => 0.03,
        Fault.CompensationFailsRetryably => 0.12,
        Fault.CompensationFailsForGood => 0.04,
        Fault.StepPutOff => 0.08,
        Fault.WrongReply => 0.02,
        Fault.OperatorErrs => 0.04,
        Fault.Cancelled => 0.08,
        Fault.LargeResult => 0.08,
        Fault.CommandParked => 0.01,
        Fault.WorkerCannotRead => 0.1,
        Fault.DecisionThrows => 0.06,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "The fault has no probability."),
    };
}
