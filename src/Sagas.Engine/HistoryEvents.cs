namespace Sagas.Engine;

/// <summary>The values of the column <c>event</c> of <c>saga_history</c>.</summary>
internal static class HistoryEvents
{
    /// <summary>The saga was stored.</summary>
    public const string SagaStarted = nameof(SagaStarted);

    /// <summary>A command left for a participant.</summary>
    public const string StepSent = nameof(StepSent);

    /// <summary>A command was not sent, because it does not fit into a message.</summary>
    public const string StepNotSent = nameof(StepNotSent);

    /// <summary>An execution succeeded.</summary>
    public const string StepSucceeded = nameof(StepSucceeded);

    /// <summary>A compensation succeeded.</summary>
    public const string StepCompensated = nameof(StepCompensated);

    /// <summary>An attempt failed.</summary>
    public const string StepFailed = nameof(StepFailed);

    /// <summary>No answer came in time.</summary>
    public const string StepTimedOut = nameof(StepTimedOut);

    /// <summary>No answer will come: the attempt may or may not have had its effect.</summary>
    public const string StepOutcomeUnknown = nameof(StepOutcomeUnknown);

    /// <summary>A step waits because it could not be begun; the attempt is not counted.</summary>
    public const string StepDeferred = nameof(StepDeferred);

    /// <summary>A step is not tried again, because another one of its group has failed for good.</summary>
    public const string StepGivenUp = nameof(StepGivenUp);

    /// <summary>An execution turned out to have succeeded when its answer was no longer awaited.</summary>
    public const string LateSuccess = nameof(LateSuccess);

    /// <summary>A reply changed nothing.</summary>
    public const string ReplyIgnored = nameof(ReplyIgnored);

    /// <summary>The saga turned back.</summary>
    public const string SagaCompensating = nameof(SagaCompensating);

    /// <summary>A step that may have had an effect has no compensation.</summary>
    public const string StepPassedOver = nameof(StepPassedOver);

    /// <summary>The saga needs an operator.</summary>
    public const string SagaSuspended = nameof(SagaSuspended);

    /// <summary>A late success made a saga that had ended undo a step again.</summary>
    public const string SagaReopened = nameof(SagaReopened);

    /// <summary>An operator let the saga go on where it stopped.</summary>
    public const string SagaRetried = nameof(SagaRetried);

    /// <summary>An operator let the saga go on behind the step where it stopped.</summary>
    public const string StepSkipped = nameof(StepSkipped);

    /// <summary>An operator made the saga turn back.</summary>
    public const string SagaCancelled = nameof(SagaCancelled);

    /// <summary>The saga's own deadline passed, and it turns back.</summary>
    public const string SagaDeadlinePassed = nameof(SagaDeadlinePassed);

    /// <summary>The saga ended well.</summary>
    public const string SagaCompleted = nameof(SagaCompleted);

    /// <summary>The saga ended undone.</summary>
    public const string SagaCompensated = nameof(SagaCompensated);

    /// <summary>An operator ended the saga; or a saga that was reopened after that is back in its state.</summary>
    public const string SagaAborted = nameof(SagaAborted);
}
