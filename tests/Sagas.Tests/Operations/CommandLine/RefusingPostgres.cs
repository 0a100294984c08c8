using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sagas.Tests.Operations.CommandLine;

/// <summary>A server that speaks PostgreSQL's protocol, and answers whoever connects with one error.</summary>
internal sealed class RefusingPostgres : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _error;

    public RefusingPostgres(string state, string message)
    {
        var fields = Encoding.ASCII.GetBytes($"SFATAL\0VFATAL\0C{state}\0M{message}\0\0");
        _error = new byte[5 + fields.Length];
        _error[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(_error.AsSpan(1), 4 + fields.Length);
        fields.CopyTo(_error, 5);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string ConnectionString =>
        $"Host=127.0.0.1;Port={((IPEndPoint)_listener.LocalEndpoint).Port};Username=me;SSL Mode=Disable";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[1024]);
                await stream.WriteAsync(_error);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // Disposed, or the client went away.
        }
    }
}
