using System.Globalization;
using Sagas.Dashboard.Viewing;
using Sagas.Engine;
using Sagas.Orchestration.Resilience;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Pages.Alerts;

/// <summary>
/// The alerts that hold now, by the conditions of <c>deploy/prometheus/sagas.rules.yml</c>: of what stands in the
/// database, and of what this worker did. A rule's wait before it tells somebody is left out: here somebody looks
/// already.
/// </summary>
internal static class AlertRules
{
    public static IReadOnlyList<Alert> Evaluate(
        StoreFigures store, IReadOnlyList<CircuitBreakerSnapshot> circuits, RecentCounts counts) =>
    [
        .. Suspended(store),
        .. OutboxOld(store),
        .. DueLag(store),
        .. Undecided(store),
        .. Parked(store),
        .. Circuits(circuits),
        .. Shares(
            "SagaStepTimeouts",
            counts.Read("sagas.step.timeouts", AlertLimits.StepWindow),
            counts.Read("sagas.step.attempts", AlertLimits.StepWindow),
            AlertLimits.Timeouts,
            (share, step) => $"{share} of the attempts of {step} get no answer",
            "See whether the participant runs, keeps up with its queue, and answers within the step's timeout."),
        .. Shares(
            "SagaStepRetries",
            counts.Read("sagas.step.retries", AlertLimits.StepWindow),
            counts.Read("sagas.step.attempts", AlertLimits.StepWindow),
            AlertLimits.Retries,
            (share, step) => $"{share} of the attempts of {step} are repeated",
            "The errors are in the sagas' histories."),
        .. Shares(
            "SagaCompensations",
            counts.Read("sagas.compensations", AlertLimits.SagaWindow),
            counts.Read("sagas.started", AlertLimits.SagaWindow),
            AlertLimits.Compensations,
            (share, name) => $"{share} of the sagas {name} turn back",
            "The list says why each of them did."),
        .. Rejections(counts.Read("sagas.bulkhead.rejections", AlertLimits.StepWindow)),
    ];

    /// <summary>What RabbitMQ says against queues of participants. It is no metric, and so no rule of Prometheus's.</summary>
    public static IEnumerable<Alert> Refused(IReadOnlyDictionary<string, string>? objections) =>
        (objections ?? new Dictionary<string, string>()).Select(x => new Alert(
            "ParticipantRefused",
            true,
            $"RabbitMQ refuses the queue or the exchange {x.Key}",
            $"The steps that go there wait in vain. It says: {x.Value}",
            "/"));

    private static IEnumerable<Alert> Suspended(StoreFigures store)
    {
        var count = store.OpenSagas.GetValueOrDefault(nameof(SagaStatus.Suspended));
        if (count > AlertLimits.Suspended)
        {
            yield return new Alert(
                "SagasSuspended",
                true,
                count == 1 ? "1 saga waits for an operator" : $"{count} sagas wait for an operator",
                "Open one: its page says why it is stuck and what can be done.",
                $"/?state={nameof(SagaStatus.Suspended)}");
        }
    }

    private static IEnumerable<Alert> OutboxOld(StoreFigures store)
    {
        if (store.OutboxAge.TotalSeconds > AlertLimits.OutboxAgeSeconds)
        {
            yield return new Alert(
                "SagaOutboxOld",
                true,
                $"A message waits in the outbox for {TimeText.Of(store.OutboxAge)}",
                "See whether the broker takes messages: disk and memory alarms, full queues, the workers' logs.",
                "#outbox");
        }
    }

    private static IEnumerable<Alert> DueLag(StoreFigures store)
    {
        if (store.DueLag.TotalSeconds > AlertLimits.DueLagSeconds)
        {
            yield return new Alert(
                "SagaDueLag",
                true,
                $"A saga is due for {TimeText.Of(store.DueLag)} and nobody looks at it",
                "See whether workers run, whether the queue sagas has a backlog, and whether the database is slow.",
                "#figures");
        }
    }

    private static IEnumerable<Alert> Parked(StoreFigures store)
    {
        if (store.ParkedMessages > AlertLimits.Parked)
        {
            yield return new Alert(
                "SagaMessagesParked",
                false,
                store.ParkedMessages == 1
                    ? "1 message is parked in the outbox"
                    : $"{store.ParkedMessages} messages are parked in the outbox",
                "The broker would not take them. Mend the cause, then send or discard them.",
                "#outbox");
        }
    }

    private static IEnumerable<Alert> Undecided(StoreFigures store)
    {
        if (store.UndecidedSagas > AlertLimits.Undecided)
        {
            yield return new Alert(
                "SagasUndecided",
                true,
                store.UndecidedSagas == 1 ? "1 saga is undecided" : $"{store.UndecidedSagas} sagas are undecided",
                "No worker can read them or decide about them. The command doctor says why, the table undecided_saga of "
                    + "each.",
                "#sagas");
        }
    }

    private static IEnumerable<Alert> Circuits(IReadOnlyList<CircuitBreakerSnapshot> circuits) => circuits
        .Where(x => x.State != CircuitState.Closed)
        .Select(x => new Alert(
            "SagaCircuitBreakerOpen",
            false,
            $"The circuit breaker of {x.Destination} is open",
            "Steps that call it wait, and use up no attempt. It closes by itself when calls succeed again.",
            "#circuits"));

    private static IEnumerable<Alert> Shares(
        string name,
        IReadOnlyDictionary<string, long> some,
        IReadOnlyDictionary<string, long> all,
        double limit,
        Func<string, string, string> summary,
        string advice) => some
        .Select(x => (Subject: x.Key, Share: x.Value / (double)Math.Max(1, all.GetValueOrDefault(x.Key))))
        .Where(x => x.Share > limit)
        .OrderByDescending(x => x.Share)
        .Select(x => new Alert(name, false, summary(Percent(x.Share), x.Subject), advice, "#sagas"));

    private static IEnumerable<Alert> Rejections(IReadOnlyDictionary<string, long> rejections) => rejections
        .Where(x => x.Value > AlertLimits.BulkheadRejections)
        .Select(x => new Alert(
            "SagaBulkheadRejections",
            false,
            $"{x.Value} calls to {x.Key} found no room within five minutes",
            "Their steps wait. See whether the destination is slow, or Sagas:Bulkhead is too narrow for it.",
            "#circuits"));

    private static string Percent(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Min(1, share) * 100:0}%");
}
