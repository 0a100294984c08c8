namespace Sagas.Worker.Demo;

/// <summary>A row of the participants' <c>effect_log</c>: an effect that was committed, or undone.</summary>
internal sealed record DemoEffect(string Step, string Direction);
