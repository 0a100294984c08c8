using System.Net;
using System.Net.Sockets;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>
/// Stands between a client and a server and counts round trips: how often the client sent something after the server
/// had answered.
/// </summary>
public sealed class CountingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly (string Host, int Port) _server;
    private readonly Task _accepting;
    private int _roundTrips;

    public CountingProxy(string host, int port)
    {
        _server = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int RoundTrips => Volatile.Read(ref _roundTrips);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
        var answered = true;
        var toServer = CopyAsync(client, server, () =>
        {
            if (answered)
            {
                Interlocked.Increment(ref _roundTrips);
                answered = false;
            }
        });
        var toClient = CopyAsync(server, client, () => answered = true);
        await Task.WhenAny(toServer, toClient);
        client.Dispose();
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Action onData)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
        {
            onData();
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
