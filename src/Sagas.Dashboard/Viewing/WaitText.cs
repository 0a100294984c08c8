using Sagas.Dashboard.Queries;
using Sagas.Engine;
using Sagas.Orchestration.Resilience;

namespace Sagas.Dashboard.Viewing;

/// <summary>Says what a saga waits for, and until when.</summary>
internal static class WaitText
{
    public static IEnumerable<string> Of(SagaDetail saga, Timeline timeline, DateTimeOffset now)
    {
        switch (saga.State)
        {
            case nameof(SagaStatus.Suspended):
                yield return $"an operator: nothing happens by itself since {TimeText.Of(saga.UpdatedAt)}, "
                    + $"{TimeText.Of(now - saga.UpdatedAt)} ago";
                yield break;
            case nameof(SagaStatus.Running) or nameof(SagaStatus.Compensating):
                var inHand = saga.Steps
                    .Where(x => x.Status is nameof(StepStatus.Running) or nameof(StepStatus.Compensating))
                    .ToList();
                foreach (var step in inHand)
                {
                    yield return OfStep(step, timeline.Track(step.Name), saga, now);
                }

                if (inHand.Count == 0)
                {
                    yield return $"the worker to go on{Until(saga.DueAt, now)}";
                }

                yield break;
            default:
                yield return "nothing: it has ended";
                yield break;
        }
    }

    private static string OfStep(StepView step, StepTrack track, SagaDetail saga, DateTimeOffset now)
    {
        var isUndoing = step.Status == nameof(StepStatus.Compensating);
        var act = $"{(isUndoing ? "undo" : "execute")} '{step.Name}'";
        if (step.WaitsFor is { } reason)
        {
            return $"room to {act}: {reason}, {Explain(reason)}{Until(DueOf(step, saga), now)}";
        }

        if (track.InFlight is { } sent)
        {
            var due = sent.Instant("deadline") ?? DueOf(step, saga);
            var consequence = due is { } limit
                ? $"; without one by {TimeText.OfDay(limit)}{In(limit, now)} its outcome counts as unknown"
                : "";
            return $"the answer to {(isUndoing ? act : $"'{step.Name}'")}, attempt {sent.Attempt}, "
                + $"sent {TimeText.Of(now - sent.Time)} ago{consequence}";
        }

        var next = track.Pause is { } pause ? pause.Instant("retryAt") ?? DueOf(step, saga) : DueOf(step, saga);
        return $"the pause before the next attempt to {act}{Until(next, now)}";
    }

    private static DateTimeOffset? DueOf(StepView step, SagaDetail saga) =>
        step.DueAt ?? (step.Name == saga.CurrentStep ? saga.DueAt : null);

    private static string Until(DateTimeOffset? due, DateTimeOffset now) =>
        due is { } instant ? $", until {TimeText.OfDay(instant)}{In(instant, now)}" : "";

    private static string In(DateTimeOffset instant, DateTimeOffset now) => instant > now
        ? $" (in {TimeText.Of(instant - now)})"
        : $" ({TimeText.Of(now - instant)} ago: is a worker running?)";

    private static string Explain(string code) => code switch
    {
        DeferralCodes.CircuitOpen => "so many calls to its host failed that none is made for a while",
        DeferralCodes.BulkheadFull => "as many calls to its host are under way as are allowed",
        DeferralCodes.ConnectionsBusy => "all connections of the worker are taken",
        DeferralCodes.PayloadLimit => "the worker has as many bytes in flight as are allowed",
        DeferralCodes.CpuBusy => "the worker's processor is busy",
        DeferralCodes.HostNotAllowed => "no worker that took it may call its host",
        DeferralCodes.SecretMissing => "no worker that took it has the secret that it needs",
        DeferralCodes.DefinitionNotUsable => "no worker that took it knows its definition",
        DeferralCodes.SagaNotReadable => "no worker that took it can read the saga's row",
        _ => "it could not be begun",
    };
}
