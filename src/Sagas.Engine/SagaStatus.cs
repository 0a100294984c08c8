namespace Sagas.Engine;

/// <summary>The states of a saga, as the column <c>state</c> and the state machine name them.</summary>
internal enum SagaStatus
{
    /// <summary>The saga goes forward.</summary>
    Running,

    /// <summary>The saga undoes what it did.</summary>
    Compensating,

    /// <summary>The saga waits for an operator.</summary>
    Suspended,

    /// <summary>Every step succeeded, or was skipped behind the pivot. Terminal.</summary>
    Completed,

    /// <summary>Everything that can be undone was undone. Terminal.</summary>
    Compensated,

    /// <summary>An operator ended the saga as it was. Terminal.</summary>
    Aborted,
}
