using System.Globalization;

namespace Sagas.Worker.Demo;

/// <summary>The demo where its output is no terminal: a line for everything that happens.</summary>
internal sealed class PlainDemoView(TextWriter output) : IDemoView
{
    private readonly Dictionary<int, int> _told = [];
    private int _notes;
    private bool _hasBegun;

    public Task<DemoProgress> RunAsync(Func<Action<DemoProgress>, Task<DemoProgress>> demo) => demo(Show);

    public void Summarize(DemoProgress progress)
    {
        output.WriteLine();
        foreach (var saga in progress.Sagas)
        {
            var undone = saga.UndoneSteps.Count == 0 ? "" : $"; undone: {string.Join(", ", saga.UndoneSteps)}";
            output.WriteLine($"saga {saga.Scenario.Number}  {saga.State,-11}  {saga.Scenario.Title}{undone}");
        }

        output.WriteLine();
    }

    public void WriteLine(string text) => output.WriteLine(text);

    private void Show(DemoProgress progress)
    {
        if (!_hasBegun)
        {
            foreach (var saga in progress.Sagas)
            {
                output.WriteLine($"saga {saga.Scenario.Number} ({saga.Scenario.SagaName}): {saga.Scenario.Title}");
            }

            output.WriteLine();
            _hasBegun = true;
        }

        foreach (var (time, text) in News(progress).OrderBy(line => line.Time).ToArray())
        {
            var seconds = (time - progress.StartedAt).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
            output.WriteLine($"{seconds,6} s  {text}");
        }

        _notes = progress.Notes.Count;
    }

    private IEnumerable<(DateTime Time, string Text)> News(DemoProgress progress)
    {
        foreach (var note in progress.Notes.Skip(_notes))
        {
            yield return (note.Time, note.Text);
        }

        foreach (var saga in progress.Sagas)
        {
            var number = saga.Scenario.Number;
            foreach (var entry in saga.History.Skip(_told.GetValueOrDefault(number)))
            {
                if (DemoStory.Tell(entry) is { } text)
                {
                    yield return (entry.Time, $"saga {number}  {text}");
                }
            }

            _told[number] = saga.History.Count;
        }
    }
}
