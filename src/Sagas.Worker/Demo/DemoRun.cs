namespace Sagas.Worker.Demo;

/// <summary>
/// The demo's course: four sagas in one worker; a fifth one, in whose middle that worker's process is killed; and a
/// second worker that brings it to its end.
/// </summary>
internal sealed class DemoRun(DemoFiles files, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);

    private readonly DemoDatabase _database = new(files);
    private readonly DateTime _startedAt = time.GetUtcNow().UtcDateTime;
    private readonly List<DemoNote> _notes = [];

    /// <summary>The last state that was passed on.</summary>
    public DemoProgress Progress { get; private set; } = new(time.GetUtcNow().UtcDateTime, [], []);

    /// <exception cref="DemoException">A worker ended by itself, or the sagas did not end in time.</exception>
    public async Task RunAsync(Action<DemoProgress> show, CancellationToken cancellationToken)
    {
        var (together, killed) = DemoScenarios.Create();
        DemoScenario[] all = [.. together, killed];

        var first = StartWorker(1);
        await using (first)
        {
            await RunUntilReadyAsync(first);
            foreach (var scenario in together)
            {
                await first.StartSagaAsync(scenario, cancellationToken);
            }

            await ShowUntilAsync(first, sagas => sagas.Take(together.Count).All(saga => saga.HasEnded));
            await first.StartSagaAsync(killed, cancellationToken);
            await ShowUntilAsync(first, sagas => sagas[^1].IsInTheMiddleOf(DemoScenarios.KilledIn));
            var exitCode = await first.KillAsync(cancellationToken);
            Note($"worker 1, process {first.ProcessId}, killed with SIGKILL: exit code {exitCode}", isKill: true);
            await ShowAsync();
            if (Progress.Sagas[^1].HasEnded)
            {
                throw new DemoException("The process was killed too late: its saga had ended.");
            }
        }

        await using var second = StartWorker(2);
        await RunUntilReadyAsync(second);
        await ShowUntilAsync(second, sagas => sagas.All(saga => saga.HasEnded));

        DemoWorker StartWorker(int number)
        {
            var worker = DemoWorker.Start(number, files);
            Note($"worker {number}, process {worker.ProcessId}, is starting");
            return worker;
        }

        async Task RunUntilReadyAsync(DemoWorker worker)
        {
            var ready = worker.WaitUntilReadyAsync(cancellationToken);
            while (!ready.IsCompleted)
            {
                await ShowAsync();
            }

            await ready;
            Note($"worker {worker.Number} is ready");
        }

        async Task ShowUntilAsync(DemoWorker worker, Func<IReadOnlyList<DemoSaga>, bool> isReached)
        {
            do
            {
                await worker.ThrowIfEndedAsync();
                await ShowAsync();
            }
            while (!isReached(Progress.Sagas));
        }

        async Task ShowAsync()
        {
            if (time.GetUtcNow().UtcDateTime - _startedAt > GiveUpAfter)
            {
                throw new DemoException(
                    $"Not every saga has ended within {GiveUpAfter.TotalSeconds} s. " +
                    $"The workers' logs in {files.Folder} may say why.");
            }

            await Task.Delay(Pause, time, cancellationToken);
            Progress = new DemoProgress(
                _startedAt,
                await _database.ReadAsync(all, cancellationToken),
                [.. _notes]);
            show(Progress);
        }
    }

    private void Note(string text, bool isKill = false) =>
        _notes.Add(new DemoNote(time.GetUtcNow().UtcDateTime, text, isKill));
}
