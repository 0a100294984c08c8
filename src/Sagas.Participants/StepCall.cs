using Microsoft.Extensions.Logging;
using Sagas.Contracts;

namespace Sagas.Participants;

/// <summary>Calls a participant's code for no longer than it may work, and says what became of it.</summary>
internal sealed class StepCall(IStepParticipant participant, TimeSpan margin, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // No step has longer, and a timer cannot wait much longer.
    private static readonly TimeSpan MaxLeft = TimeSpan.FromDays(30);

    /// <summary>Calls the participant and, after a success, saves its changes; the transaction stays open.</summary>
    /// <exception cref="StepParticipantHungException">It does not end although it was cancelled.</exception>
    public async Task<StepOutcome> RunAsync(
        StepContext context, Func<CancellationToken, Task> save, CancellationToken stopping)
    {
        var left = context.Deadline - clock.GetUtcNow();
        // A command from the backlog, or a clock that runs ahead, must not leave a participant without any time.
        var allowed = TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, MaxLeft.Ticks)) + margin;
        using var overdue = new CancellationTokenSource(allowed, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, stopping);
        try
        {
            return await WithinTimeAsync(CallAsync(context, save, linked.Token), context.Step, linked.Token);
        }
        catch (StepFailedException exception)
        {
            logger.Failed(
                context.Direction,
                context.Step,
                context.SagaId,
                context.Attempt,
                exception.Code,
                exception.InnerException);
            return StepOutcome.Failed(exception.Code, exception.Message);
        }
        catch (OperationCanceledException) when (overdue.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            return StepOutcome.Unknown($"cancelled {margin} after the deadline");
        }
        catch (Exception exception) when (AmbiguousFailure.Is(exception) && !stopping.IsCancellationRequested)
        {
            return StepOutcome.Unknown(exception.GetType().Name);
        }
        catch (Exception exception) when (exception is not StepParticipantHungException
            && !stopping.IsCancellationRequested)
        {
            logger.Failed(
                context.Direction,
                context.Step,
                context.SagaId,
                context.Attempt,
                StepFailureCodes.ParticipantError,
                exception);
            return StepOutcome.Retry(
                StepFailureCodes.ParticipantError,
                $"The participant threw {exception.GetType().Name}; its log has the details.");
        }
    }

    private async Task<StepOutcome> CallAsync(
        StepContext context,
        Func<CancellationToken, Task> save,
        CancellationToken cancellationToken)
    {
        var outcome = context.Direction == StepDirection.Execute
            ? await participant.ExecuteAsync(context, cancellationToken)
            : await participant.CompensateAsync(context, cancellationToken);
        if (outcome.Kind == StepOutcomeKind.Succeeded)
        {
            await save(cancellationToken);
        }

        return outcome;
    }

    private async Task<StepOutcome> WithinTimeAsync(
        Task<StepOutcome> work,
        string step,
        CancellationToken cancellationToken)
    {
        try
        {
            return await work.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!work.IsCompleted)
        {
            // Code that observes the token ends about now. Whatever it comes to counts.
            await Task.WhenAny(work, Task.Delay(Grace, clock, CancellationToken.None));
            if (!work.IsCompleted)
            {
                _ = work.ContinueWith(
                    static task => task.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted,
                    TaskScheduler.Default);
                throw new StepParticipantHungException(step, margin);
            }

            return await work;
        }
    }
}
