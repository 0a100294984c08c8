using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;

namespace Sagas.Persistence.Watchdog;

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

    // RabbitMQ logs an error for each question about a queue that is not there.
    private readonly RareLooks _rareLooks = new();
    private volatile bool _hasAsked;

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
        if (!_hasAsked && !_rareLooks.IsDue())
        {
            foreach (var (queue, _) in endpoints.Where(x => x.Value.ReceiveEndpoint is ReceiveEndpoint { IsBusEndpoint: true }))
            {
                endpoints.Remove(queue);
            }
        }

        return await _counts.ReadAsync(endpoints.Keys, stop) is { } counts
            ? [.. endpoints
                .Where(x => IsUsed(x.Value.ReceiveEndpoint, counts[x.Key]))
                .Select(x => new EndpointLook(
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

    private Dictionary<string, EndpointHealthResult> Find() => _bus.BusControl.CheckHealth().Endpoints.Values
        .ToDictionary(
            x => new RabbitMqEndpointAddress(_host, x.InputAddress).Name, x => x, StringComparer.Ordinal);

    /// <summary>
    /// The bus's own endpoint, to which the answers to its requests come, says that it is ready and consumes nothing before
    /// the first request. Once it has been seen to consume, it is to do so as any other.
    /// </summary>
    private bool IsUsed(IReceiveEndpoint endpoint, uint consumers)
    {
        if (endpoint is not ReceiveEndpoint { IsBusEndpoint: true })
        {
            return true;
        }

        _hasAsked |= consumers > 0;
        return _hasAsked;
    }

    private static bool IsStopped(IReceiveEndpoint endpoint) =>
        endpoint is ReceiveEndpoint { CurrentState: ReceiveEndpoint.State.Initial or ReceiveEndpoint.State.Final };
}
