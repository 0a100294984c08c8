namespace Sagas.Persistence;

/// <summary>What is done with a command, judged by what the barrier has seen.</summary>
internal enum BarrierAction
{
    /// <summary>It is carried out.</summary>
    CarryOut,

    /// <summary>It gets the recorded answer again.</summary>
    Repeat,

    /// <summary>It was answered before, and that answer is in the outbox.</summary>
    Ignore,

    /// <summary>There is nothing to undo: the execution is refused from now on, and the answer is a success.</summary>
    RefuseExecution,
}
