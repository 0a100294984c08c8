namespace Sagas.Persistence.Watchdog;

/// <summary>Ends this process.</summary>
internal interface IProcessEnd
{
    /// <summary>Has the process end with this exit code, and returns.</summary>
    void End(int exitCode);
}
