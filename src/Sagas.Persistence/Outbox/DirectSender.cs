using MassTransit;
using Microsoft.Extensions.Logging;

namespace Sagas.Persistence;

/// <summary>
/// Sends pipelined: every message is on its way, in order, before the first confirmation is awaited. Only one that must not
/// overtake another waits until that one is confirmed.
/// </summary>
internal sealed class DirectSender(CapturedMessageSender sender, TimeProvider clock, ILogger<DirectSender> logger)
    : IDirectSender
{
    public async Task SendAsync(
        ISendEndpointProvider endpoints,
        IReadOnlyList<CapturedMessage> messages,
        OutboxCleaner cleaner,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var sends = new List<(CapturedMessage Message, Task Confirmation)>(messages.Count);
        var ordered = new Dictionary<Guid, Task>();
        foreach (var message in messages.Where(message => !message.IsDelayed))
        {
            if (message.Row.OrderingKey is not { } key)
            {
                sends.Add((message, await StartAsync(endpoints, message, either.Token)));
                continue;
            }

            var send = ordered.TryGetValue(key, out var earlier)
                ? SendAfterAsync(earlier, endpoints, message, either.Token)
                : await StartAsync(endpoints, message, either.Token);
            ordered[key] = send;
            sends.Add((message, send));
        }

        foreach (var (message, confirmation) in sends)
        {
            try
            {
                await confirmation;
                cleaner.Add(message.Row.SequenceNumber);
            }
            catch (Exception exception)
            {
                PersistenceLog.DirectSendFailed(
                    logger, exception, message.Row.MessageId, message.Row.DestinationAddress);
            }
        }
    }

    private async Task SendAfterAsync(
        Task earlier,
        ISendEndpointProvider endpoints,
        CapturedMessage message,
        CancellationToken cancellationToken)
    {
        await earlier;
        await await StartAsync(endpoints, message, cancellationToken);
    }

    /// <summary>
    /// Starts a send; the outer task ends when the message is on its way, the inner one when it is confirmed.
    /// </summary>
    private async Task<Task> StartAsync(
        ISendEndpointProvider endpoints,
        CapturedMessage message,
        CancellationToken cancellationToken)
    {
        try
        {
            var endpoint = await endpoints.GetSendEndpoint(message.Addresses.Destination).WaitAsync(cancellationToken);
            return sender.SendAsync(endpoint, message, cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }
    }
}
