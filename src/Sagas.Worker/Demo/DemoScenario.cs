namespace Sagas.Worker.Demo;

/// <summary>A saga of the demo: what starts it, and what must come of it.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Title">What it is about, in a few words.</param>
/// <param name="SagaName">The definition.</param>
/// <param name="Steps">The definition's steps.</param>
/// <param name="Input">The saga's input, with the switches that make participants fail.</param>
/// <param name="EndState">The state in which it must end.</param>
/// <param name="Shows">What else must have happened, as a sentence.</param>
/// <param name="HasShown">Whether that has happened, to the saga and by the instant of the killing.</param>
internal sealed record DemoScenario(
    int Number,
    string Title,
    string SagaName,
    IReadOnlyList<string> Steps,
    string Input,
    string EndState,
    string Shows,
    Func<DemoSaga, DateTime?, bool> HasShown)
{
    public Guid SagaId { get; } = Guid.CreateVersion7();
}
