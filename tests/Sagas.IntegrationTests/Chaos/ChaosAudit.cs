namespace Sagas.IntegrationTests.Chaos;

/// <summary>
/// What must be so after a chaos run, read from the participants' own tables: every effect is either wanted by its saga's
/// outcome or undone, and nothing was lost or set aside.
/// </summary>
internal static class ChaosAudit
{
    /// <summary>Everything that is wrong, a line each; nothing if all is right.</summary>
    public static IReadOnlyList<string> FindViolations(ChaosRecord run) =>
    [
        .. FindLost(run),
        .. run.Sagas.SelectMany(saga => FindViolations(saga)
            .Select(x => $"saga {saga.Number} ({ChaosMix.Of(saga.Number).Definition}, {saga.State}): {x}")),
    ];

    private static IEnumerable<string> FindLost(ChaosRecord run)
    {
        var missing = Enumerable.Range(0, run.Started).Except(run.Sagas.Select(x => x.Number)).ToList();
        if (missing.Count > 0)
        {
            yield return $"{missing.Count} sagas were started and are not there, the first is saga {missing[0]}";
        }

        foreach (var twice in run.Sagas.GroupBy(x => x.Number).Where(x => x.Count() > 1))
        {
            yield return $"saga {twice.Key} was started {twice.Count()} times";
        }

        if (run.Strays > 0)
        {
            yield return $"{run.Strays} effects belong to no saga";
        }

        foreach (var (where, count) in run.SetAside.Where(x => x.Value > 0))
        {
            yield return $"{count} in {where}";
        }
    }

    private static IEnumerable<string> FindViolations(ChaosSaga saga)
    {
        var expected = ChaosMix.Of(saga.Number);
        if (saga.State is not ("Completed" or "Compensated") || saga.State != (expected.State ?? saga.State))
        {
            yield return $"must be {expected.State ?? "Completed or Compensated"}";
            yield break;
        }

        foreach (var twice in saga.Effects.GroupBy(x => x.Step).Where(x => x.Count() > 1))
        {
            yield return $"{twice.Key} had its effect {twice.Count()} times";
        }

        foreach (var twice in saga.Log.GroupBy(x => x).Where(x => x.Count() > 1))
        {
            yield return $"{twice.Key.Direction} {twice.Key.Step} is in the log {twice.Count()} times";
        }

        foreach (var effect in saga.Effects.Where(x => saga.State == "Completed" ? x.IsUndone : !x.IsUndone))
        {
            yield return effect.IsUndone ? $"{effect.Step} was undone" : $"nobody undid {effect.Step}";
        }

        var lacking = expected.Steps.Except(saga.Effects.Select(x => x.Step)).ToList();
        if (saga.State == "Completed" && lacking.Count > 0)
        {
            yield return $"{string.Join(", ", lacking)} had no effect";
        }

        foreach (var logged in saga.Log.Where(x => x.Direction == "Execute" && saga.Effects.All(row => row.Step != x.Step)))
        {
            yield return $"{logged.Step} is in the log, and left no row";
        }

        var undone = saga.Log.Where(x => x.Direction == "Compensate").Select(x => x.Step).ToList();
        if (!undone.SequenceEqual(expected.Steps.Reverse().Intersect(undone)))
        {
            yield return $"undone in the order {string.Join(", ", undone)}, which is not the reverse of the steps'";
        }

        foreach (var step in undone)
        {
            var order = saga.Log.Where(x => x.Step == step).Select(x => x.Direction);
            if (!order.SequenceEqual(["Execute", "Compensate"]))
            {
                yield return $"{step}: {string.Join(", ", order)}";
            }
        }
    }
}
