namespace Sagas.Persistence;

/// <summary>What <c>step_barrier.reply_type</c> may be.</summary>
internal static class BarrierReplyTypes
{
    public const string Succeeded = "StepSucceeded";

    /// <summary>The participant said no; a command of a later round may ask again.</summary>
    public const string Failed = "StepFailed";

    /// <summary>The step was compensated before it was executed: whatever comes later is refused.</summary>
    public const string Refused = "StepRefused";
}
