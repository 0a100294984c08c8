namespace Sagas.Samples.Faults;

/// <summary>What a switch makes a step do.</summary>
public enum StepFaultKind
{
    None,

    /// <summary>Fails; trying again does not help.</summary>
    Fail,

    /// <summary>Fails the first attempts; trying again helps in the end.</summary>
    FailTimes,

    /// <summary>Has no effect and does not answer, the first attempts or always.</summary>
    Hang,

    /// <summary>Has its effect at once and answers later.</summary>
    Late,

    /// <summary>Has its effect, and then its process dies before it answers.</summary>
    Die,
}
