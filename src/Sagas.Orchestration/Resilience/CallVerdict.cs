namespace Sagas.Orchestration.Resilience;

/// <summary>What a call says of its destination.</summary>
internal enum CallVerdict
{
    /// <summary>Nothing: the call was broken off from here.</summary>
    None,

    /// <summary>It is well, whatever it thinks of the request.</summary>
    Success,

    /// <summary>It is unwell.</summary>
    Failure,
}
