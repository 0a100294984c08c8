using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sagas.Contracts;
using Sagas.Engine;

namespace Sagas.Orchestration.Telemetry;

/// <summary>The instruments of the meter <c>Sagas</c> for the steps, which follow from their history.</summary>
internal sealed class StepMetrics
{
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _deferrals;
    private readonly Counter<long> _compensated;
    private readonly Histogram<double> _duration;

    public StepMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(SagaMetrics.MeterName);
        _attempts = meter.CreateCounter<long>(
            "sagas.step.attempts", "{attempt}", "Commands that were sent to participants.");
        _failures = meter.CreateCounter<long>(
            "sagas.step.failures", "{attempt}", "Attempts of which the participant said that they had no effect.");
        _timeouts = meter.CreateCounter<long>(
            "sagas.step.timeouts", "{attempt}", "Attempts of unknown outcome: no answer came in time, or none will.");
        _retries = meter.CreateCounter<long>(
            "sagas.step.retries", "{attempt}", "Attempts that are followed by another one.");
        _deferrals = meter.CreateCounter<long>(
            "sagas.step.deferrals",
            "{attempt}",
            "Attempts that were put off, for what the destination or the worker lacked.");
        _compensated = meter.CreateCounter<long>("sagas.step.compensated", "{step}", "Steps that were undone.");
        _duration = meter.CreateHistogram(
            "sagas.step.duration",
            "s",
            "From a step's first attempt to the end of its execution.",
            advice: MetricBuckets.Seconds);
    }

    /// <summary>Counts what was decided of a saga.</summary>
    public void Record(SagaTransition decision)
    {
        foreach (var command in decision.Messages.OfType<OutgoingMessage.Command>())
        {
            var direction = command.Message is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate;
            _attempts.Add(1, Tags(decision.Saga, command.Message.Step, direction));
        }

        foreach (var entry in decision.History)
        {
            if (entry is { Step: { } step, Direction: { } direction })
            {
                var tags = Tags(decision.Saga, step, direction);
                Count(entry, tags);
                Time(entry, decision.Saga, tags);
            }
        }
    }

    /// <summary>Counts that a step was put off, if it was: the history has not all of that.</summary>
    public void CountWait(SagaInstance before, SagaInstance after, StepDeferred reply)
    {
        if (after.FindStep(reply.Step) is { } step
            && step.Progress(reply.Direction).Waits > before.FindStep(reply.Step)!.Progress(reply.Direction).Waits)
        {
            _deferrals.Add(1, With(Tags(after, step.Name, reply.Direction), "error.type", step.Error!.Code));
        }
    }

    private static TagList Tags(SagaInstance saga, string step, StepDirection direction) => new()
    {
        { "saga.name", saga.Name },
        { "saga.step", step },
        { "saga.direction", direction == StepDirection.Execute ? "execute" : "compensate" },
    };

    private void Count(HistoryRecord entry, TagList tags)
    {
        switch (entry.Event)
        {
            case HistoryEvents.StepFailed:
                _failures.Add(1, tags);
                break;
            case HistoryEvents.StepTimedOut or HistoryEvents.StepOutcomeUnknown:
                _timeouts.Add(1, With(tags, "error.type", entry.Detail?.Code));
                break;
            case HistoryEvents.StepCompensated:
                _compensated.Add(1, tags);
                break;
        }

        if (EndsAttempt(entry) && entry.Detail?.RetryAt is not null)
        {
            _retries.Add(1, tags);
        }
    }

    private void Time(HistoryRecord entry, SagaInstance saga, TagList tags)
    {
        var outcome = entry.Event == HistoryEvents.StepSucceeded ? "succeeded"
            : entry.Event == HistoryEvents.StepGivenUp ? "failed"
            : EndsAttempt(entry) && entry.Direction == StepDirection.Execute && entry.Detail?.RetryAt is null ? "failed"
            : null;
        if (outcome is not null && saga.FindStep(entry.Step) is { StartedAt: { } started })
        {
            _duration.Record((entry.Time - started).TotalSeconds, With(tags, "saga.outcome", outcome));
        }
    }

    private static TagList With(TagList tags, string key, string? value)
    {
        tags.Add(key, value);
        return tags;
    }

    private static bool EndsAttempt(HistoryRecord entry) => entry.Event
        is HistoryEvents.StepFailed or HistoryEvents.StepTimedOut or HistoryEvents.StepOutcomeUnknown;
}
