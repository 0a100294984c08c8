namespace Sagas.Persistence.Watchdog;

/// <summary>What is to become of a receive endpoint.</summary>
internal enum EndpointVerdict
{
    /// <summary>It is left alone.</summary>
    Leave,

    /// <summary>It is stopped and started.</summary>
    Restart,

    /// <summary>It is past help: the process ends.</summary>
    GiveUp,
}
