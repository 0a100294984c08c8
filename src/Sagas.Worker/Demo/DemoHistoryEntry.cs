namespace Sagas.Worker.Demo;

/// <summary>A row of <c>saga_history</c>, with what the demo tells of its detail.</summary>
internal sealed record DemoHistoryEntry(
    DateTime Time,
    string Event,
    string? Step,
    string? Direction,
    int? Attempt,
    string? Message)
{
    public bool IsCompensation => Direction == "Compensate";
}
