namespace Sagas.Participants;

/// <summary>The four things that can become of a command.</summary>
public enum StepOutcomeKind
{
    /// <summary>It was carried out.</summary>
    Succeeded,

    /// <summary>It had no effect, and trying again would not help.</summary>
    Failed,

    /// <summary>It had no effect, and another attempt may succeed.</summary>
    Retry,

    /// <summary>It may have had an effect outside of the participant's database. Nothing is answered.</summary>
    Unknown,
}
