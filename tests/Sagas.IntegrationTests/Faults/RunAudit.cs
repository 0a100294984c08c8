using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

/// <summary>What must be so after a run, whatever died in it.</summary>
internal static class RunAudit
{
    /// <summary>How much longer than its step's timeout a saga may wait after the heal.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly string[] Steps = ["reserve-stock", "charge-card", "book-shipment"];

    /// <summary>Everything that is wrong, a line each; nothing if all is right.</summary>
    public static IReadOnlyList<string> FindViolations(RunRecord run) =>
    [
        .. FindLost(run),
        .. run.Sagas.SelectMany(saga => FindViolations(saga, run.HealedAt).Select(x => $"order-{saga.Number}: {x}")),
    ];

    private static IEnumerable<string> FindLost(RunRecord run)
    {
        var missing = Enumerable.Range(0, run.Started).Except(run.Sagas.Select(x => x.Number)).ToList();
        if (missing.Count > 0)
        {
            yield return $"{missing.Count} sagas were started and are not there, the first is order-{missing[0]}";
        }

        foreach (var twice in run.Sagas.GroupBy(x => x.Number).Where(x => x.Count() > 1))
        {
            yield return $"order-{twice.Key} was started {twice.Count()} times";
        }

        if (run.LostMessages > 0)
        {
            yield return $"{run.LostMessages} messages are in the worker's error or skipped queue";
        }

        if (run.ParkedMessages > 0)
        {
            yield return $"{run.ParkedMessages} outbox messages are parked";
        }
    }

    private static IEnumerable<string> FindViolations(SagaRecord saga, DateTime? healedAt)
    {
        var expected = SagaMix.ExpectedState(saga.Number);
        if (saga.State != expected)
        {
            yield return $"is {saga.State}, and must be {expected}";
        }

        foreach (var twice in saga.Log.GroupBy(x => x).Where(x => x.Count() > 1))
        {
            yield return $"{twice.Key.Direction} {twice.Key.Step} had its effect {twice.Count()} times";
        }

        var executed = saga.Log.Where(x => x.Direction == "Execute").Select(x => x.Step).ToList();
        var compensated = saga.Log.Where(x => x.Direction == "Compensate").Select(x => x.Step).ToList();
        if (!executed.SequenceEqual(Steps.Take(executed.Count)))
        {
            yield return $"executed {List(executed)}, which is not the order of the steps";
        }

        if (expected == "Completed" && (executed.Count != Steps.Length || compensated.Count > 0))
        {
            yield return $"executed {List(executed)} and compensated {List(compensated)}, and must have executed all";
        }

        if (expected == "Compensated" && !compensated.SequenceEqual(Enumerable.Reverse(executed)))
        {
            yield return $"executed {List(executed)} and compensated {List(compensated)}, which is not the reverse";
        }

        var rows = saga.Effects.OrderBy(x => Array.IndexOf(Steps, x.Step)).ToList();
        if (!rows.SequenceEqual(executed.Select(x => new SagaRecord.EffectRow(x, compensated.Contains(x)))))
        {
            yield return $"has the rows {List(rows.Select(x => x.IsUndone ? $"{x.Step} (undone)" : x.Step))}, "
                + $"executed {List(executed)} and compensated {List(compensated)}";
        }

        foreach (var early in saga.FindEarlyTimeouts())
        {
            yield return $"timed out {early.TotalSeconds:F1} s before the deadline";
        }

        foreach (var wait in saga.WaitsAfter(healedAt).Where(x => x.Time > x.Allowed + Grace))
        {
            yield return $"waited {wait.Time.TotalSeconds:F1} s for {wait.Event} with a timeout of {wait.Allowed.TotalSeconds:F1} s";
        }
    }

    private static string List(IEnumerable<string> names) => $"[{string.Join(", ", names)}]";
}
