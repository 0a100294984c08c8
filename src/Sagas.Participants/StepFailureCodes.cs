namespace Sagas.Participants;

/// <summary>The codes of the failures that are answered on a participant's behalf.</summary>
public static class StepFailureCodes
{
    /// <summary>The queue's participant does not serve a step of that name.</summary>
    public const string UnknownStep = "UNKNOWN_STEP";

    /// <summary>The step was compensated before this late command to execute it arrived.</summary>
    public const string AlreadyCompensated = "ALREADY_COMPENSATED";

    /// <summary>The participant threw an exception; its log has it. Another attempt may succeed.</summary>
    public const string ParticipantError = "PARTICIPANT_ERROR";

    /// <summary>The saga's input cannot be read.</summary>
    public const string InvalidInput = "INVALID_INPUT";

    /// <summary>A step's result cannot be read.</summary>
    public const string InvalidResult = "INVALID_RESULT";

    /// <summary>A step has no result.</summary>
    public const string MissingResult = "MISSING_RESULT";
}
