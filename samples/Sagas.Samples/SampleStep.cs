using Sagas.Contracts;
using Sagas.Participants;
using Sagas.Samples.Database;
using Sagas.Samples.Faults;

namespace Sagas.Samples;

/// <summary>
/// What every sample participant has around it: the switches of the saga's input, and a line in <c>effect_log</c> for
/// each effect.
/// </summary>
public sealed class SampleStep<TParticipant>(
    TParticipant participant,
    SamplesDbContext database,
    AnswerFault answer,
    TimeProvider time) : IStepParticipant
    where TParticipant : IStepParticipant
{
    public bool OnlyWrites(StepDirection direction)
    {
        return participant.OnlyWrites(direction);
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        return RunAsync(context, participant.ExecuteAsync, cancellationToken);
    }

    public Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
    {
        return RunAsync(context, participant.CompensateAsync, cancellationToken);
    }

    private async Task<StepOutcome> RunAsync(
        StepContext context,
        Func<StepContext, CancellationToken, Task<StepOutcome>> run,
        CancellationToken cancellationToken)
    {
        var fault = StepFault.Of(context);
        switch (fault.Kind)
        {
            case StepFaultKind.Fail:
                return StepOutcome.Failed("FAULT_FAIL", "The saga's input makes this step fail.");
            case StepFaultKind.FailTimes:
                return StepOutcome.Retry("FAULT_FAIL_TIMES", $"The saga's input makes attempt {context.Attempt} fail.");
            case StepFaultKind.Hang:
                return StepOutcome.Unknown("the saga's input makes this step hang");
            case StepFaultKind.Late:
                answer.Delay = fault.Delay;
                break;
            case StepFaultKind.Die:
                answer.IsFatal = true;
                break;
            case StepFaultKind.None:
            default:
                break;
        }

        var outcome = await run(context, cancellationToken);
        if (outcome.Kind == StepOutcomeKind.Succeeded)
        {
            database.EffectLog.Add(new EffectLogEntry
            {
                SagaId = context.SagaId,
                Step = context.Step,
                Direction = context.Direction.ToString(),
                IdempotencyKey = context.IdempotencyKey,
                Time = time.GetUtcNow().UtcDateTime,
            });
        }

        return outcome;
    }
}
