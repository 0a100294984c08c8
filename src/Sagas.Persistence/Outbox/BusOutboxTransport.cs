using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Persistence.Clock;

namespace Sagas.Persistence.Outbox;

/// <summary>Sends through the bus.</summary>
internal sealed class BusOutboxTransport(IBusControl bus, CapturedMessageSender sender, [SagaClock] TimeProvider clock)
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
            var repeats = new CancellationTokenSource();
            var attempt = new SendAttempt(0, repeats, giveUp);
            try
            {
                var endpoint = await bus.GetSendEndpoint(Nowhere).WaitAsync(giveUp);
                var pipe = Pipe.Execute<SendContext<OutboxProbe>>(
                    probe => probe.AddOrUpdatePayload(() => attempt, _ => attempt));
                await endpoint.Send(new OutboxProbe(), pipe, repeats.Token).WaitAsync(giveUp);
                return true;
            }
            catch (Exception)
            {
                if (attempt.Objection is OperationInterruptedException { ShutdownReason.ReplyCode: Constants.AccessRefused })
                {
                    // This user may not declare the probe's exchange. A broker that says so answers.
                    return true;
                }

                // What the broker objected to may have taken the channel down: the bus opens another one.
                await Task.Delay(ProbePause, clock, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return false;
    }

    public async Task<Task> StartAsync(CapturedMessage message, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(message.Addresses.Destination).WaitAsync(cancellationToken);
        return await sender.StartAsync(endpoint, message, isFirst: false, cancellationToken);
    }

    public async Task SendAsync(CapturedMessage message, CancellationToken cancellationToken) =>
        await await StartAsync(message, cancellationToken);

    private sealed record OutboxProbe;
}
