namespace Sagas.Samples.Faults;

/// <summary>What becomes of the answer of the delivery in hand. Scoped.</summary>
public sealed class AnswerFault
{
    /// <summary>By how much it is late.</summary>
    public TimeSpan? Delay { get; set; }

    /// <summary>Whether the process dies before it leaves.</summary>
    public bool IsFatal { get; set; }
}
