namespace Sagas.Worker.Demo;

/// <summary>
/// The demo's course: four sagas in one worker; a fifth one, in whose middle that worker's process is killed; and a
/// second worker that brings it to its end.
/// </summary>
internal sealed class DemoRun(DemoFiles files, TimeProvider time, Action<DemoProgress> show, CancellationToken stop)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    // However slow the machine: something moves, or nothing ever will.
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);

    private readonly DemoDatabase _database = new(files);
    private readonly DateTime _startedAt = time.GetUtcNow().UtcDateTime;
    private readonly List<DemoNote> _notes = [];
    private readonly (IReadOnlyList<DemoScenario> Together, DemoScenario Killed) _scenarios = DemoScenarios.Create();

    private IReadOnlyList<DemoSaga> _sagas = [];
    private int _news;
    private long _movedAt = time.GetTimestamp();

    /// <returns>How it ended.</returns>
    /// <exception cref="DemoException">A worker ended by itself, or the sagas did not end in time.</exception>
    public async Task<DemoProgress> RunAsync()
    {
        var first = StartWorker(1);
        await using (first)
        {
            await RunFirstAsync(first);
        }

        await using var second = StartWorker(2);
        await ShowUntilReadyAsync(second);
        await ShowUntilAsync(second, () => _sagas.All(saga => saga.HasEnded));
        return Progress();
    }

    private async Task RunFirstAsync(DemoWorker worker)
    {
        await ShowUntilReadyAsync(worker);
        foreach (var scenario in _scenarios.Together)
        {
            await worker.StartSagaAsync(scenario, stop);
        }

        await ShowUntilAsync(worker, () => _sagas.Take(_scenarios.Together.Count).All(saga => saga.HasEnded));
        await worker.StartSagaAsync(_scenarios.Killed, stop);
        await ShowUntilAsync(worker, () => _sagas[^1].IsInTheMiddleOf(DemoScenarios.KilledIn));
        var exitCode = await worker.KillAsync(stop);
        Note($"worker 1, process {worker.ProcessId}, killed with SIGKILL: exit code {exitCode}", isKill: true);
        await ShowAsync();
        if (_sagas[^1].HasEnded)
        {
            throw new DemoException("The process was killed too late: its saga had ended.");
        }
    }

    private DemoWorker StartWorker(int number)
    {
        var worker = DemoWorker.Start(number, files);
        Note($"worker {number}, process {worker.ProcessId}, is starting");
        return worker;
    }

    private async Task ShowUntilReadyAsync(DemoWorker worker)
    {
        var ready = worker.WaitUntilReadyAsync(stop);
        while (!ready.IsCompleted)
        {
            await ShowAsync();
        }

        await ready;
        Note($"worker {worker.Number} is ready");
    }

    private async Task ShowUntilAsync(DemoWorker worker, Func<bool> isReached)
    {
        do
        {
            await worker.ThrowIfEndedAsync();
            await ShowAsync();
        }
        while (!isReached());
    }

    private async Task ShowAsync()
    {
        await Task.Delay(Pause, time, stop);
        _sagas = await _database.ReadAsync([.. _scenarios.Together, _scenarios.Killed], stop);
        show(Progress());
        ThrowIfNothingMoves();
    }

    private void ThrowIfNothingMoves()
    {
        var news = _notes.Count + _sagas.Sum(saga => saga.History.Count + saga.Effects.Count);
        if (news != _news)
        {
            (_news, _movedAt) = (news, time.GetTimestamp());
        }
        else if (time.GetElapsedTime(_movedAt) > GiveUpAfter)
        {
            throw new DemoException(
                $"Nothing has happened for {GiveUpAfter.TotalSeconds} s, and not every saga has ended. " +
                $"The workers' logs in {files.Folder} may say why.");
        }
    }

    private DemoProgress Progress() => new(_startedAt, _sagas, [.. _notes]);

    private void Note(string text, bool isKill = false) =>
        _notes.Add(new DemoNote(time.GetUtcNow().UtcDateTime, text, isKill));
}
