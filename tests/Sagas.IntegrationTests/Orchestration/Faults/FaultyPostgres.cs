using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Sagas.Tests.Orchestration.Faults.Contract;

namespace Sagas.IntegrationTests.Orchestration.Faults;

/// <summary>
/// Stands between a client and PostgreSQL and speaks its protocol, so that a fault meets the very statement, or the
/// very answer, that it is meant for.
/// </summary>
internal sealed class FaultyPostgres : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _sessions = [];
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly StoreFaults _faults;
    private readonly Task _accepting;

    public FaultyPostgres(string connectionString, StoreFaults faults)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _faults = faults;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The way to the same database over here.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server.ConnectionString)
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,

        // So that a story always has the same statements: a second connection would open beside one that is on its way
        // back to the pool, and the pool prunes what is idle at an instant of its own.
        MaxPoolSize = 1,
        ConnectionIdleLifetime = 86_400,
        ConnectionPruningInterval = 86_400,
        CommandTimeout = 1,
        CancellationTimeout = 100,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_sessions.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _sessions.TryAdd(ServeAsync(client), true);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient { NoDelay = true })
        {
            client.NoDelay = true;
            await server.ConnectAsync(_server.Host!, _server.Port, _stop.Token);
            await new FaultySession(client.GetStream(), server.GetStream(), _faults).RunAsync(_stop.Token);
        }
    }
}
