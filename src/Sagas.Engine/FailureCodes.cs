namespace Sagas.Engine;

/// <summary>The error codes that come from the engine itself; all others come from participants.</summary>
internal static class FailureCodes
{
    /// <summary>No answer to an attempt to execute a step came in time.</summary>
    public const string ExecutionTimeout = "STEP_EXECUTION_TIMEOUT";

    /// <summary>No answer to an attempt to compensate a step came in time.</summary>
    public const string CompensationTimeout = "STEP_COMPENSATION_TIMEOUT";

    /// <summary>The pivot's attempts are used up, and one of them may have had the effect.</summary>
    public const string PivotOutcomeUnknown = "PIVOT_OUTCOME_UNKNOWN";

    /// <summary>An operator cancelled the saga.</summary>
    public const string Cancelled = "CANCELLED";

    /// <summary>The consumer of a participant threw instead of answering.</summary>
    public const string ParticipantFaulted = "PARTICIPANT_FAULTED";

    /// <summary>The saga's own deadline passed before it had ended or passed its pivot.</summary>
    public const string DeadlineExceeded = "SAGA_DEADLINE_EXCEEDED";

    /// <summary>A command does not fit into a message, and was not sent.</summary>
    public const string CommandTooLarge = "COMMAND_TOO_LARGE";

    /// <summary>
    /// A step succeeded, and its result was not kept because the step's compensation would not fit into a message with it.
    /// </summary>
    public const string ResultTooLarge = "RESULT_TOO_LARGE";

    /// <summary>A participant reported a failure without a code.</summary>
    public const string Unspecified = "STEP_FAILED";
}
