using MassTransit;

namespace Sagas.Persistence;

/// <summary>Sends through the bus.</summary>
internal sealed class BusOutboxTransport(IBusControl bus, CapturedMessageSender sender, TimeProvider clock)
    : IOutboxTransport
{
    // An exchange without queues: the broker confirms what is sent there, and drops it.
    private static readonly Uri Nowhere = new("exchange:sagas.outbox-probe?temporary=true");

    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(100);

    public bool IsAvailable => bus.CheckHealth().Status != BusHealthStatus.Unhealthy;

    public async Task<bool> AnswersAsync(CancellationToken giveUp)
    {
        while (!giveUp.IsCancellationRequested)
        {
            try
            {
                var endpoint = await bus.GetSendEndpoint(Nowhere).WaitAsync(giveUp);
                await endpoint.SendConfirmedAsync(new OutboxProbe(), giveUp);
                return true;
            }
            catch (Exception)
            {
                // What the broker objected to may have taken the channel down: the bus opens another one.
                await Task.Delay(ProbePause, clock, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return false;
    }

    public async Task SendAsync(CapturedMessage message, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(message.Addresses.Destination).WaitAsync(cancellationToken);
        await sender.SendAsync(endpoint, message, cancellationToken);
    }

    private sealed record OutboxProbe;
}
