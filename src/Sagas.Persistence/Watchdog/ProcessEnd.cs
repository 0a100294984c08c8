using Microsoft.Extensions.Hosting;

namespace Sagas.Persistence.Watchdog;

/// <summary>
/// Asks the host to stop, so that deliveries in hand are finished, and ends the process if that takes too long: what
/// hangs may hang in its stop as well.
/// </summary>
internal sealed class ProcessEnd(IHostApplicationLifetime lifetime) : IProcessEnd
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    public void End(int exitCode)
    {
        Environment.ExitCode = exitCode;
        new Thread(() =>
        {
            Thread.Sleep(StopLimit);
            Environment.Exit(exitCode);
        })
        { IsBackground = true }.Start();
        lifetime.StopApplication();
    }
}
