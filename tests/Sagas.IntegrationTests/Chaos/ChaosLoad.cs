using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Chaos;

/// <summary>
/// Starts three sagas a second, whoever is dead: while the broker is away they gather, and each is sent until the broker has
/// confirmed it, under the idempotency key of its number.
/// </summary>
internal sealed class ChaosLoad(string broker)
{
    private const int SagasASecond = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private PlainClient? _client;
    private int _started;

    /// <summary>How many sagas the broker has confirmed.</summary>
    public int Started => Volatile.Read(ref _started);

    /// <summary>Starts sagas until <paramref name="end"/>, and then those that gathered.</summary>
    public async Task RunAsync(CancellationToken end, CancellationToken ct)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!end.IsCancellationRequested)
        {
            var due = (int)(TimeProvider.System.GetElapsedTime(begin).TotalSeconds * SagasASecond);
            while (_started < due)
            {
                await SendAsync(_started, ct);
                Interlocked.Increment(ref _started);
            }

            await Task.Delay(Pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await CloseAsync();
    }

    private async Task SendAsync(int number, CancellationToken ct)
    {
        while (true)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
            timeout.CancelAfter(Patience);
            try
            {
                _client ??= await PlainClient.ConnectAsync(broker, timeout.Token);
                await _client.StartSagaAsync(
                    ChaosMix.Of(number).Definition, ChaosMix.Input(number), $"chaos-{number}", timeout.Token);
                return;
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                await CloseAsync();
                await Task.Delay(Pause, ct);
            }
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            await (_client?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (Exception)
        {
            // Its broker was killed.
        }

        _client = null;
    }
}
