namespace Sagas.Engine;

/// <summary>What is known of one attempt.</summary>
internal enum AttemptOutcome
{
    /// <summary>The command was sent and its answer is awaited.</summary>
    InFlight,

    /// <summary>
    /// Whoever was to carry it out could not begin: it waits to be sent again, under the same number and key. That
    /// nobody acted is not certain, since another copy of the command may have come through.
    /// </summary>
    Deferred,

    /// <summary>
    /// No answer came while it was awaited, or none will: the attempt may or may not have had its effect.
    /// </summary>
    Unknown,

    /// <summary>The participant answered that the attempt had no effect.</summary>
    Failed,

    /// <summary>The participant answered that the effect is there.</summary>
    Succeeded,
}
