namespace Sagas.Samples.Faults;

/// <summary>By how much the answer of the delivery in hand is late. Scoped.</summary>
public sealed class LateAnswer
{
    public TimeSpan? Delay { get; set; }
}
