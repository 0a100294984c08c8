using RabbitMQ.Client;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>
/// Sends bad inputs: 200 a second, where the worker keeps up. What waits in its queue delays everybody who sends to it,
/// so no more than so many do.
/// </summary>
internal sealed class Abuser : IAsyncDisposable
{
    private const int Backlog = 20;
    private const int BatchSize = 10;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Abuser(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<Abuser> ConnectAsync(string address, CancellationToken ct)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(ct);
        return new Abuser(connection, await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct));
    }

    public async Task SendAsync(IEnumerable<BadInput> inputs, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Pace);
        foreach (var batch in inputs.Chunk(BatchSize))
        {
            await timer.WaitForNextTickAsync(ct);
            while (await CountAsync("sagas", ct) + await CountAsync("sagas.http", ct) > Backlog)
            {
                await Task.Delay(5, ct);
            }

            await Task.WhenAll(batch.Select(x => SendAsync(x, ct).AsTask()));
        }
    }

    public ValueTask SendAsync(BadInput input, CancellationToken ct) =>
        _channel.BasicPublishAsync("", input.Queue, mandatory: true, input.Properties, input.Body, ct);

    /// <summary>How many messages wait in a queue; one that is not there has none.</summary>
    public async Task<uint> CountAsync(string queue, CancellationToken ct) => await _channel.MessageCountAsync(queue, ct);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
