using System.Diagnostics;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;

namespace Sagas.Orchestration.Telemetry.Tracing;

/// <summary>
/// Tells of attempts and sagas once they are over, as spans from their beginning to their end: whoever began them may
/// be another process, or gone.
/// </summary>
internal sealed class SagaSpans(SagaTracer tracer)
{
    /// <summary>Says of the delivery's span which saga it is about, and where it led.</summary>
    public void Describe(SagaInstance before, SagaInstance after)
    {
        if (Activity.Current is { } span && span.Source == tracer.Source)
        {
            span.SetTag(SpanAttributes.SagaName, after.Name);
            span.SetTag(SpanAttributes.SagaState, after.State.ToString());
            if (after.State == SagaStatus.Suspended && before.State != SagaStatus.Suspended)
            {
                span.Fail(after.Failure?.Code);
            }
        }
    }

    /// <summary>Records what a decision has put an end to.</summary>
    public void Record(ActivityContext trace, SagaDefinition definition, SagaInstance before, SagaInstance after)
    {
        if (!tracer.IsListenedTo)
        {
            return;
        }

        foreach (var step in before.Steps)
        {
            EndAttempt(trace, definition, step, after, StepDirection.Execute);
            EndAttempt(trace, definition, step, after, StepDirection.Compensate);
        }

        if (after.IsTerminal && !before.IsTerminal)
        {
            EndSaga(trace, after);
        }
    }

    private void EndAttempt(
        ActivityContext trace,
        SagaDefinition definition,
        StepInstance begun,
        SagaInstance after,
        StepDirection direction)
    {
        if (!begun.Progress(direction).IsInFlight || after.FindStep(begun.Name) is not { } step)
        {
            return;
        }

        var attempt = begun.Progress(direction).Count;
        var outcome = step.Progress(direction).Attempts[attempt - 1].Outcome;
        if (outcome == AttemptOutcome.InFlight)
        {
            return;
        }

        // An attempt in flight is due when its time is up.
        var timeout = DirectionPlan.Of(definition.Steps.First(x => x.Name == begun.Name), direction).Timeout;
        var from = begun.DueAt is { } due ? due - timeout : after.UpdatedAt;
        tracer.Record(
            $"{Word(direction)} {step.Name}",
            trace,
            from,
            after.UpdatedAt,
            [
                .. Describe(after),
                new(SpanAttributes.Step, step.Name),
                new(SpanAttributes.Direction, Word(direction)),
                new(SpanAttributes.Attempt, attempt),
                new(SpanAttributes.Outcome, outcome.ToString().ToLowerInvariant()),
            ],
            outcome == AttemptOutcome.Succeeded ? null : step.Error?.Code ?? outcome.ToString());
    }

    private void EndSaga(ActivityContext trace, SagaInstance saga) => tracer.Record(
        $"saga {saga.Name}",
        trace,
        saga.StartedAt,
        saga.EndedAt ?? saga.UpdatedAt,
        [.. Describe(saga), new(SpanAttributes.SagaState, saga.State.ToString())],
        saga.State == SagaStatus.Completed ? null : saga.Failure?.Code ?? saga.State.ToString());

    private static IEnumerable<KeyValuePair<string, object?>> Describe(SagaInstance saga) =>
    [
        new(SpanAttributes.SagaId, saga.SagaId.ToString()),
        new(SpanAttributes.SagaName, saga.Name),
        new(SpanAttributes.SagaVersion, saga.Version),
    ];

    private static string Word(StepDirection direction) =>
        direction == StepDirection.Execute ? "execute" : "compensate";
}
