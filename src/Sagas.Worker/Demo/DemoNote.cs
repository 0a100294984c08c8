namespace Sagas.Worker.Demo;

/// <summary>Something that befell a process of the demo.</summary>
/// <param name="Time">When (UTC).</param>
/// <param name="Text">What.</param>
/// <param name="IsKill">Whether it is the killing.</param>
internal sealed record DemoNote(DateTime Time, string Text, bool IsKill = false);
