namespace Sagas.Worker.Demo;

/// <summary>How the demo shows itself.</summary>
internal interface IDemoView
{
    /// <summary>Runs the demo and shows each state that it passes on.</summary>
    Task<DemoProgress> RunAsync(Func<Action<DemoProgress>, Task<DemoProgress>> demo);

    /// <summary>Tells what happened, when all is over.</summary>
    void Summarize(DemoProgress progress);

    /// <summary>Writes a line.</summary>
    void WriteLine(string text);
}
