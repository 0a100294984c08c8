using System.Collections.Concurrent;
using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;

namespace Sagas.Persistence;

/// <summary>
/// The receive endpoints of a bus on RabbitMQ. One consumes if the bus says that it does and its queue has a consumer;
/// of several processes on one queue, each sees a consumer as long as one of them has one.
/// </summary>
internal sealed class RabbitMqReceiveEndpoints : IReceiveEndpoints, IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly IBusInstance _bus;
    private readonly Uri _host;
    private readonly ConsumerCounts _counts;
    private readonly ConcurrentDictionary<string, bool> _started = new(StringComparer.Ordinal);

    /// <exception cref="ConfigurationException">The bus is not on RabbitMQ.</exception>
    public RabbitMqReceiveEndpoints(IBusInstance bus)
    {
        var rabbitMq = bus.HostConfiguration as IRabbitMqHostConfiguration ?? throw new ConfigurationException(
            "AddConsumerWatchdog needs a bus on RabbitMQ: configure it with UsingRabbitMq, "
                + "or do not add the watchdog.");
        _bus = bus;
        _host = rabbitMq.HostAddress;
        _counts = new ConsumerCounts(rabbitMq.Settings);
    }

    public async Task<IReadOnlyList<EndpointLook>?> LookAsync(CancellationToken stop)
    {
        var endpoints = Find();
        return await _counts.ReadAsync(endpoints.Keys, stop) is { } counts
            ? [.. endpoints.Select(x => new EndpointLook(
                x.Key, x.Value.Status == BusHealthStatus.Healthy && counts[x.Key] > 0))]
            : null;
    }

    public async Task RestartAsync(string queue, CancellationToken stop)
    {
        var endpoint = Find()[queue].ReceiveEndpoint;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StopLimit);
        if (!IsStopped(endpoint))
        {
            await endpoint.Stop(limit.Token).WaitAsync(StopLimit, stop);
        }

        endpoint.Start(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _counts.DisposeAsync();

    // The bus's own endpoint, to which the answers to its requests come, is not started before the first request. From
    // then on it is to consume as any other.
    private Dictionary<string, EndpointHealthResult> Find() => _bus.BusControl.CheckHealth().Endpoints.Values
        .Select(x => (new RabbitMqEndpointAddress(_host, x.InputAddress).Name, Health: x))
        .Where(x => WasStarted(x.Name, x.Health.ReceiveEndpoint))
        .ToDictionary(x => x.Name, x => x.Health, StringComparer.Ordinal);

    private bool WasStarted(string queue, IReceiveEndpoint endpoint)
    {
        if (!IsStopped(endpoint))
        {
            _started[queue] = true;
        }

        return _started.ContainsKey(queue);
    }

    private static bool IsStopped(IReceiveEndpoint endpoint) =>
        endpoint is ReceiveEndpoint { CurrentState: ReceiveEndpoint.State.Initial or ReceiveEndpoint.State.Final };
}
