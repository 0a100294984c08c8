namespace Sagas.IntegrationTests.Faults;

/// <summary>What a fault's test says in its output, always in this form.</summary>
internal sealed record FaultFigures
{
    /// <summary>What was done to the system.</summary>
    public required string Fault { get; init; }

    /// <summary>How often.</summary>
    public required int Times { get; init; }

    /// <summary>How many sagas were started.</summary>
    public required int Sagas { get; init; }

    /// <summary>How many of them had ended when the fault was first inflicted.</summary>
    public required long EndedBefore { get; init; }

    /// <summary>Commands that a participant had carried out before: the barrier repeated the answer.</summary>
    public required int BarrierRepeats { get; init; }

    /// <summary>Replies that came late or twice.</summary>
    public required int LateOrDuplicateReplies { get; init; }

    /// <summary>Attempts that were not answered in time.</summary>
    public required int Timeouts { get; init; }

    /// <summary>From the heal to the end of the last saga.</summary>
    public required TimeSpan Recovery { get; init; }

    /// <summary>The longest that a saga waited after the heal.</summary>
    public required SagaWait LongestWait { get; init; }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Fault}: {Sagas} sagas, {EndedBefore} ended before; inflicted {Times} times; duplicates: {BarrierRepeats} commands, "
        + $"{LateOrDuplicateReplies} replies; {Timeouts} timeouts; recovered within {Recovery.TotalSeconds:F1} s of the heal; "
        + $"longest wait {LongestWait.Time.TotalSeconds:F1} s (timeout {LongestWait.Allowed.TotalSeconds:F1} s)";
}
