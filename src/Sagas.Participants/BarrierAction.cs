namespace Sagas.Participants;

/// <summary>What is done with a command, judged by what the barrier has recorded.</summary>
internal enum BarrierAction
{
    /// <summary>It is carried out.</summary>
    CarryOut,

    /// <summary>It gets the recorded answer again.</summary>
    Repeat,

    /// <summary>The step was compensated: it has no effect any more.</summary>
    Refuse,

    /// <summary>There is nothing to undo: the answer is a success, and whatever comes later is refused.</summary>
    NothingToUndo,
}
