using System.Text.Json;
using Sagas.Contracts;

namespace Sagas.Participants;

/// <summary>A command as its participant sees it.</summary>
public sealed class StepContext
{
    private readonly JsonElement? _executeResult;

    /// <summary>Wraps a command, for instance to call a participant in a test.</summary>
    /// <param name="command">The command as it arrived.</param>
    /// <param name="direction">The direction that the command's type stands for.</param>
    /// <param name="executeResult">For a compensation, what the execution returned.</param>
    /// <param name="isExecutionUnknown">For a compensation, whether no success of the execution is recorded.</param>
    public StepContext(
        IStepCommand command,
        StepDirection direction,
        JsonElement? executeResult = null,
        bool isExecutionUnknown = false)
    {
        ArgumentNullException.ThrowIfNull(command);
        Command = command;
        Direction = direction;
        IsExecutionUnknown = isExecutionUnknown;
        _executeResult = executeResult;
    }

    /// <summary>The command as it arrived.</summary>
    public IStepCommand Command { get; }

    /// <summary>The direction.</summary>
    public StepDirection Direction { get; }

    /// <summary>The saga that the step belongs to.</summary>
    public Guid SagaId => Command.SagaId;

    /// <summary>The step's name.</summary>
    public string Step => Command.Step;

    /// <summary>Which try of this direction of this step it is, from 1.</summary>
    public int Attempt => Command.Attempt;

    /// <summary>
    /// Hand it to every service that is called from here: the effect must happen at most once for each key.
    /// </summary>
    public string IdempotencyKey => Command.IdempotencyKey;

    /// <summary>
    /// In a compensation of a participant with <see cref="IStepParticipant.HasOutsideEffects"/>: no success of the
    /// execution is recorded, so it may have had its effect outside of the database or not. Ask there, by what does not
    /// change from attempt to attempt (<see cref="SagaId"/> and <see cref="Step"/>, say), undo what there is, and
    /// succeed where there is nothing. Always false for other participants.
    /// </summary>
    public bool IsExecutionUnknown { get; }

    /// <summary>When the worker stops waiting for the answer to this attempt (UTC).</summary>
    public DateTimeOffset Deadline => Command.Deadline;

    /// <summary>Reads the saga's input.</summary>
    /// <typeparam name="T">What it is read as; names are matched whatever their case.</typeparam>
    /// <returns>The input.</returns>
    /// <exception cref="StepFailedException">It cannot be read as that (<c>INVALID_INPUT</c>).</exception>
    public T Input<T>()
    {
        return Read<T>(Command.Input, StepFailureCodes.InvalidInput, "the saga's input");
    }

    /// <summary>Reads the result of an earlier step.</summary>
    /// <typeparam name="T">What it is read as; names are matched whatever their case.</typeparam>
    /// <param name="step">The earlier step's name.</param>
    /// <returns>The result.</returns>
    /// <exception cref="StepFailedException">
    /// That step has no result (<c>MISSING_RESULT</c>), or it cannot be read as that (<c>INVALID_RESULT</c>).
    /// </exception>
    public T Result<T>(string step)
    {
        if (Command.Results.ValueKind != JsonValueKind.Object
            || !Command.Results.TryGetProperty(step, out var result))
        {
            throw new StepFailedException(
                StepFailureCodes.MissingResult,
                $"The step '{Step}' needs the result of the step '{step}', which has none. "
                + "Check the order of the steps in the saga's definition.");
        }

        return Read<T>(result, StepFailureCodes.InvalidResult, $"the result of the step '{step}'");
    }

    /// <summary>
    /// Reads what the execution of this very step returned, in a compensation. It comes from the barrier, so that it is
    /// there also when the worker never got the execution's answer.
    /// </summary>
    /// <typeparam name="T">What it is read as; names are matched whatever their case.</typeparam>
    /// <returns>The result.</returns>
    /// <exception cref="StepFailedException">
    /// The execution returned none (<c>MISSING_RESULT</c>), or it cannot be read as that (<c>INVALID_RESULT</c>).
    /// </exception>
    public T ExecuteResult<T>()
    {
        if (_executeResult is not { } result)
        {
            throw new StepFailedException(
                StepFailureCodes.MissingResult,
                IsExecutionUnknown
                    ? $"No success of the step '{Step}' is recorded, so it has no result: see "
                        + $"{nameof(IsExecutionUnknown)}."
                    : $"The execution of the step '{Step}' returned no result.");
        }

        return Read<T>(result, StepFailureCodes.InvalidResult, $"the result of the step '{Step}'");
    }

    private T Read<T>(JsonElement element, string code, string what)
    {
        try
        {
            return element.Deserialize<T>(JsonSerializerOptions.Web)
                ?? throw new StepFailedException(code, $"The step '{Step}' cannot use {what}: it is null.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The serializer's own message may quote the payload.
            var path = (exception as JsonException)?.Path ?? "$";
            throw new StepFailedException(
                code, $"The step '{Step}' cannot read {what} as {typeof(T).Name}: look at {path}.", exception);
        }
    }
}
