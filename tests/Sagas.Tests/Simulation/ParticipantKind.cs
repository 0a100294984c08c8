namespace Sagas.Tests.Simulation;

/// <summary>How a participant deals with what it is told twice, or too late.</summary>
internal enum ParticipantKind
{
    /// <summary>Behind the barrier, with its real rules: one effect at most, and none after the compensation.</summary>
    Barrier,

    /// <summary>
    /// Remembers its answer to every key, and that it was told to undo a step, as the samples in other languages do.
    /// </summary>
    Noting,

    /// <summary>Remembers its answer to every key, as payment services do; does not know what is too late.</summary>
    Remembering,

    /// <summary>Does what it is told, as often as it is told; again makes no difference while it is done.</summary>
    Forgetful,
}
