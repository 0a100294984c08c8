using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;

namespace Sagas.Dashboard.Access;

/// <summary>
/// Lets no address hold all connections, before a byte of them is read: further ones of it are closed, and those of others
/// are served. Those of a trusted proxy are as many as it wants; <see cref="RequestLimit"/> counts who is behind it.
/// </summary>
internal sealed class ConnectionLimit(
    IOptions<ApiOptions> options, TrustedProxies proxies,
    [SagaClock] TimeProvider clock, ILogger<ConnectionLimit> logger)
{
    private readonly OnceInAWhile _closed = new(clock, TimeSpan.FromSeconds(10));

    /// <summary>Counts the connections of an address that is listened on, apart from those of the others.</summary>
    public void AddTo(ListenOptions listen)
    {
        var limit = options.Value.MaxConnectionsPerAddress;
        var places = new CallerPlaces<IPAddress>(limit);
        listen.Use(next => async connection =>
        {
            if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || proxies.Contain(address))
            {
                await next(connection);
                return;
            }

            using var place = places.TryTake(CallerNetwork.Of(address));
            if (place is null)
            {
                if (_closed.Take() is { } count)
                {
                    logger.ConnectionClosed(count, CallerNetwork.Of(address).ToString(), limit);
                }

                await connection.DisposeAsync();
                return;
            }

            await next(connection);
        });
    }
}
