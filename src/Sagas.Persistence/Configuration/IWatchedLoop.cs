namespace Sagas.Persistence.Configuration;

/// <summary>A background loop without which sagas stand still, for the health checks.</summary>
internal interface IWatchedLoop
{
    /// <summary>The name of its health check.</summary>
    string Name { get; }

    /// <summary>Whether it is meant to run in this process.</summary>
    bool IsOn { get; }

    /// <summary>Its sign of life.</summary>
    LoopPulse Pulse { get; }

    /// <summary>What runs it, once it was started.</summary>
    Task? ExecuteTask { get; }
}
