namespace Sagas.Worker.Demo;

/// <summary>Judges how the sagas of the demo ended.</summary>
internal static class DemoVerdict
{
    /// <summary>What did not come out as it should, one sentence each.</summary>
    public static IReadOnlyList<string> Judge(DemoProgress progress) =>
        [.. progress.Sagas.SelectMany(saga => Judge(saga, progress.KilledAt))];

    private static IEnumerable<string> Judge(DemoSaga saga, DateTime? killedAt)
    {
        var scenario = saga.Scenario;
        if (saga.State != scenario.EndState)
        {
            yield return $"Saga {scenario.Number} should be {scenario.EndState} and is {saga.State ?? "not stored"}.";
            yield break;
        }

        if (!scenario.HasShown(saga, killedAt))
        {
            yield return $"Saga {scenario.Number} should have shown that {scenario.Shows}.";
        }

        foreach (var step in scenario.Steps)
        {
            var done = saga.Effects.Count(effect => effect.Step == step && effect.Direction == "Execute");
            var undone = saga.Effects.Count(effect => effect.Step == step && effect.Direction == "Compensate");
            if (done > 1 || undone > 1)
            {
                yield return $"Step {step} of saga {scenario.Number} was done {done} times and undone {undone} times.";
            }
            else if (saga.State == "Completed" && (done, undone) != (1, 0))
            {
                yield return $"Saga {scenario.Number} is Completed without the effect of step {step}.";
            }
            else if (saga.State == "Compensated" && done != undone)
            {
                yield return $"Saga {scenario.Number} is Compensated, but the effect of step {step} was not undone.";
            }
        }
    }
}
