namespace Sagas.Tests.Simulation;

/// <summary>What an input means for a saga.</summary>
internal enum Happening
{
    Nothing,
    Started,
    Executed,
    Known,
    LateEffect,
    Compensated,
    FailedRetryably,
    FailedForGood,
    LostRetryably,
    LostForGood,
    TimedOut,
    PutOff,
    Due,
    DeadlinePassed,
    Retried,
    Skipped,
    Cancelled,
    Aborted,
}
