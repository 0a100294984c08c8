using MassTransit;
using MassTransit.Transports;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Starts the bus, and stops it if it has started: a start that fails before the bus has its turn would otherwise end with a
/// warning that the bus could not be stopped.
/// </summary>
internal sealed class StartedBusDepot(BusDepot depot) : IBusDepot
{
    private volatile bool _isStarted;

    public async Task Start(CancellationToken cancellationToken)
    {
        await depot.Start(cancellationToken);
        _isStarted = true;
    }

    public Task Stop(CancellationToken cancellationToken) =>
        _isStarted ? depot.Stop(cancellationToken) : Task.CompletedTask;
}
