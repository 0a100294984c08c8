namespace Sagas.Worker.Demo;

/// <summary>What the demo has to show at an instant.</summary>
/// <param name="StartedAt">When the demo began (UTC).</param>
/// <param name="Sagas">The sagas.</param>
/// <param name="Notes">What befell the processes, in order.</param>
internal sealed record DemoProgress(
    DateTime StartedAt,
    IReadOnlyList<DemoSaga> Sagas,
    IReadOnlyList<DemoNote> Notes)
{
    /// <summary>When the first worker's process was killed (UTC).</summary>
    public DateTime? KilledAt => Notes.FirstOrDefault(note => note.IsKill)?.Time;
}
