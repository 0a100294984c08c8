using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Chaos;

/// <summary>Kills one after the other, in rounds of a random order, each for up to three seconds.</summary>
internal sealed class ChaosKills(IReadOnlyList<ChaosVictim> victims, Dice dice, Action<string> report)
{
    private readonly Dictionary<ChaosVictim, Task> _down = [];
    private readonly List<ChaosVictim> _round = [];

    /// <summary>How often each was killed.</summary>
    public Dictionary<string, int> Counts { get; } = victims.ToDictionary(x => x.Name, _ => 0);

    /// <summary>
    /// Kills every 2 to 6 seconds until <paramref name="end"/> and until each was killed, and waits until everything is
    /// there again.
    /// </summary>
    public async Task RunAsync(CancellationToken end, CancellationToken ct)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await Task.Delay(dice.Between(2, 6), ct);
            if (end.IsCancellationRequested && Counts.Values.All(x => x > 0))
            {
                break;
            }

            if (Next() is not { } victim)
            {
                continue;
            }

            report($"{TimeProvider.System.GetElapsedTime(begin).TotalSeconds,4:F0} s  {victim.Name} killed");
            Counts[victim.Name]++;
            await victim.KillAsync(ct);
            _down[victim] = StartAgainAsync(victim, dice.Between(0.2, 3), ct);
        }

        await Task.WhenAll(_down.Values);
    }

    private static async Task StartAgainAsync(ChaosVictim victim, TimeSpan after, CancellationToken ct)
    {
        await Task.Delay(after, ct);
        await victim.StartAgainAsync(ct);
    }

    /// <summary>The next one that is up.</summary>
    private ChaosVictim? Next()
    {
        foreach (var victim in _down.Where(x => x.Value.IsCompleted).Select(x => x.Key).ToList())
        {
            // What could not be started again ends the run here.
            _down[victim].GetAwaiter().GetResult();
            _down.Remove(victim);
        }

        if (_round.Count == 0)
        {
            _round.AddRange(victims);
        }

        var up = _round.Where(x => !_down.ContainsKey(x)).ToList();
        if (up.Count == 0)
        {
            return null;
        }

        var next = dice.Pick(up);
        _round.Remove(next);
        return next;
    }
}

/// <summary>Something that can be killed.</summary>
/// <param name="Name">Its name, for the output.</param>
/// <param name="KillAsync">Kills it as SIGKILL does.</param>
/// <param name="StartAgainAsync">Starts it again, and returns when it may be killed once more.</param>
internal sealed record ChaosVictim(
    string Name, Func<CancellationToken, Task> KillAsync, Func<CancellationToken, Task> StartAgainAsync);
