namespace Sagas.Participants;

/// <summary>What <c>step_barrier.reply_type</c> may be.</summary>
internal static class BarrierReplyTypes
{
    public const string Succeeded = "StepSucceeded";

    /// <summary>Without effect, for good: a later attempt to execute may ask again only under another key.</summary>
    public const string Failed = "StepFailed";

    /// <summary>Without effect: any later attempt may succeed.</summary>
    public const string FailedRetryably = "StepFailedRetryably";
}
